/** Gradients against numbers worked out by hand, and modes that must end when their function does. */
import { expect, it } from 'vitest';
import { autocast, dispatch, grad, liveTensors, noGrad, scope, tensor, torchInfo } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const leaf = (...values: readonly number[]) => tensor(Float32Array.from(values), [values.length]).setRequiresGrad();

function scoped(title: string, body: () => void): void {
  it(title, () => scope(body));
}

describeTorch('autograd', () => {
  scoped('adds gradients up until they are cleared', () => {
    const x = leaf(1, 2, 3);
    expect(x.grad).toBeUndefined();
    for (const expected of [2, 4]) {
      dispatch('sum', dispatch('mul.Scalar', x, 2)).backward();
      expect(x.grad?.toArray()).toEqual(Float32Array.of(expected, expected, expected));
    }
    x.clearGrad();
    expect(x.grad).toBeUndefined();
  });

  scoped('takes a gradient for more than one element', () => {
    const x = leaf(1, 2);
    dispatch('mul.Tensor', x, x).backward(tensor(Float32Array.of(1, 10), [2]));
    expect(x.grad?.toArray()).toEqual(Float32Array.of(2, 40));
  });

  scoped('gives gradients as values, of the second order too', () => {
    const x = leaf(3);
    const cube = dispatch('pow.Tensor_Scalar', x, 3);
    const [first] = grad([cube], [x], { createGraph: true });
    if (first === undefined) throw new Error('no gradient');
    const [second] = grad([first], [x]);
    expect([first.item(), second?.item()]).toEqual([27, 18]);
    expect(x.grad).toBeUndefined();
    const unused = leaf(1);
    expect(caught(() => grad([dispatch('mul.Scalar', x, 2)], [unused])).code).toBe('operator');
    const [zero] = grad([dispatch('mul.Scalar', x, 2)], [unused], { materializeGrads: true });
    expect(zero?.item()).toBe(0);
  });

  scoped('does not record inside noGrad, and records again after, even after a throw', () => {
    const x = leaf(1);
    expect(noGrad(() => dispatch('mul.Scalar', x, 2)).requiresGrad).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(dispatch('mul.Scalar', x, 2).requiresGrad).toBe(true);
    noGrad(() => {
      noGrad(() => undefined);
      expect(dispatch('mul.Scalar', x, 2).requiresGrad).toBe(false);
    });
    expect(caught(() => noGrad(async () => 1)).message).toContain('synchronous');
    expect(dispatch('mul.Scalar', x, 2).requiresGrad).toBe(true);
  });

  scoped('computes in bfloat16 inside autocast only, with float32 gradients', () => {
    const weight = tensor(new Float32Array(16).fill(0.5), [4, 4]).setRequiresGrad();
    const x = tensor(new Float32Array(16).fill(1), [4, 4]);
    const product = () => dispatch('mm', x, weight);
    const y = autocast('bfloat16', product);
    expect(y.dtype).toBe('bfloat16');
    expect(product().dtype).toBe('float32');
    dispatch('sum', y).backward();
    expect(weight.grad?.dtype).toBe('float32');
    expect(weight.grad?.toArray()).toEqual(new Float32Array(16).fill(4));
    expect(() =>
      autocast('bfloat16', () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(product().dtype).toBe('float32');
    expect(caught(() => autocast('float16', product)).message).toContain('bfloat16 only');
    if (!torchInfo().cuda) expect(caught(() => autocast('float16', product, 'cuda')).code).toBe('argument');
  });

  it('scopes gradient handles like any other', () => {
    const before = liveTensors();
    scope(() => {
      const x = leaf(1);
      dispatch('sum', x).backward();
      void [x.grad, x.grad];
    });
    expect(liveTensors()).toBe(before);
  });
});
