/** Every mistake becomes one typed error that names operator, argument and shapes; none ends the process. */
import { expect, it } from 'vitest';
import { dispatch, scope, TorchError, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const zeros = (...shape: readonly number[]) =>
  tensor(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape);

function scoped(title: string, body: () => void): void {
  it(title, () => scope(body));
}

describeTorch('errors', () => {
  scoped('wrong dtype', () => {
    const error = caught(() => dispatch('conv2d', zeros(1, 3, 8, 8), zeros(4, 3, 3, 3).to({ dtype: 'float64' })));
    expect(error.code).toBe('operator');
    expect(error.op).toBe('conv2d');
    expect(error.shapes).toEqual(['float32[1, 3, 8, 8]', 'float64[4, 3, 3, 3]']);
  });

  scoped('wrong shape, in one line without a C++ backtrace', () => {
    const error = caught(() => dispatch('conv2d', zeros(1, 3, 8, 8), zeros(4, 2, 3, 3)));
    expect(error.code).toBe('operator');
    expect(error.message).toMatch(/^conv2d: .*channels.*; given float32\[1, 3, 8, 8\], float32\[4, 2, 3, 3\]$/);
    expect(error.message).not.toMatch(/\n|Exception raised|frame #/);
  });

  scoped('shapes inside a list of tensors', () => {
    const error = caught(() => dispatch('cat', [zeros(2, 2), zeros(3, 3)]));
    expect(error.shapes).toEqual(['float32[2, 2]', 'float32[3, 3]']);
  });

  scoped('disposed tensor', () => {
    const gone = zeros(2);
    gone.dispose();
    const error = caught(() => dispatch('add.Tensor', zeros(2), gone));
    expect(error.code).toBe('disposed');
    expect(error.message).toContain("argument 'other' is a tensor that has been disposed");
    expect(error.shapes).toEqual(['float32[2]', 'disposed tensor']);
    for (const use of [() => gone.item(), () => gone.toArray(), () => gone.backward(), () => gone.grad]) {
      expect(caught(use).code).toBe('disposed');
    }
  });

  scoped('something else where a tensor belongs', () => {
    const x = zeros(2);
    const given: readonly (readonly [unknown, string])[] = [
      [new Float32Array(2), 'a typed array'],
      [3, '3'],
      ['x', "'x'"],
      [null, 'null'],
      [{}, 'an object'],
      [[x], 'an array of Tensors'],
      [[1], 'an array of 1'],
    ];
    for (const [value, described] of given) {
      const error = caught(() => dispatch('add.Tensor', x, value));
      expect(error.code).toBe('argument');
      expect(error.message).toContain(`add.Tensor: argument 'other' must be Tensor, got ${described}`);
    }
  });

  scoped('a tensor where something else belongs', () => {
    const x = zeros(2);
    const given: readonly (readonly [string, unknown, unknown, string])[] = [
      ['softmax.int', x, x, "argument 'dim' must be int, got a Tensor float32[2]"],
      ['add.Scalar', x, x, "argument 'other' must be Scalar, got a Tensor float32[2]"],
      ['view', x, [x], "argument 'size' must be int[], got an array of Tensors"],
      ['view', x, x, "argument 'size' must be int[], got a Tensor float32[2]"],
      ['cat', x, 0, "argument 'tensors' must be Tensor[], got a Tensor float32[2]"],
      ['cat', [1, 2], 0, "argument 'tensors' must be Tensor, got 1"],
    ];
    for (const [op, first, second, problem] of given) {
      expect(caught(() => dispatch(op, first, second)).message).toContain(problem);
    }
    expect(caught(() => dispatch('cat', [x, 3])).message).toBe('cat: an array mixes tensors and numbers');
    // @ts-expect-error the types forbid it, JavaScript does not
    expect(caught(() => x.copyFrom(new Float32Array(2))).message).toBe('a Tensor is needed, got object');
  });

  scoped('missing argument, too many, and a fraction for an integer', () => {
    const x = zeros(1, 1, 4, 4);
    expect(caught(() => dispatch('conv2d', x)).message).toContain("argument 'weight' (Tensor) is missing");
    expect(caught(() => dispatch('relu', x, 1)).message).toContain('takes at most 1 arguments, got 2');
    expect(caught(() => dispatch('softmax.int', x, 0.5)).message).toContain('0.5, which is not a safe integer');
    expect(caught(() => dispatch('softmax.int', x, true)).message).toContain('must be int, got true');
    expect(caught(() => dispatch('dropout', x, '0.5', true)).message).toContain("must be float, got '0.5'");
  });

  scoped('unknown operator and unknown overload', () => {
    const x = zeros(1);
    expect(caught(() => dispatch('conv2e', x)).message).toContain('no such operator');
    expect(caught(() => dispatch('add', x, x)).message).toMatch(/has overloads; name one of .*add\.Tensor/);
    expect(caught(() => dispatch('add.Foo', x, x)).message).toMatch(/no such overload; there are .*add\.Tensor/);
  });

  scoped('an argument without a JavaScript form is left alone or refused', () => {
    const x = zeros(4);
    expect(dispatch('rand_like', x).shape).toEqual([4]);
    expect(caught(() => dispatch('bernoulli', x, 'seed')).message).toContain('no JavaScript form');
  });

  scoped('more memory than there is', () => {
    const error = caught(() => dispatch('zeros', [2 ** 40, 64]));
    expect(error.code).toBe('memory');
    expect(error.op).toBe('zeros');
  });

  scoped('no CUDA device', () => {
    if (dispatchesToCuda()) return;
    const error = caught(() => zeros(1).to({ device: 'cuda' }));
    expect(error.code).toBe('argument');
    expect(error.message).toContain("no CUDA device for 'cuda'");
  });

  scoped('backward without a graph, without a gradient, twice, and after disposal', () => {
    const x = zeros(3).setRequiresGrad();
    expect(caught(() => zeros(1).backward()).code).toBe('operator');
    const y = dispatch('mul.Tensor', x, x);
    expect(caught(() => y.backward()).message).toContain('scalar');
    expect(caught(() => y.backward(zeros(2))).shapes).toEqual(['float32[3]', 'float32[2]']);
    const loss = dispatch('sum', y);
    y.dispose();
    loss.backward();
    expect(caught(() => loss.backward()).message).toContain('second time');
    const gone = zeros(3);
    gone.dispose();
    expect(caught(() => dispatch('mul.Tensor', x, x).backward(gone)).code).toBe('disposed');
  });

  scoped('gradients for integers', () => {
    expect(caught(() => tensor(Int32Array.of(1), [1]).setRequiresGrad()).code).toBe('operator');
  });

  it('are Errors with a stack that starts at the call', () => {
    const error = caught(() => dispatch('no_such_operator'));
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('TorchError');
    expect(error.stack).toContain('errors.test.ts');
    expect(error).toBeInstanceOf(TorchError);
  });
});

function dispatchesToCuda(): boolean {
  try {
    zeros(1).to({ device: 'cuda' });
    return true;
  } catch {
    return false;
  }
}
