/** The fused batch normalisation against libtorch's own, and both against float64; and that no thread changes a bit of it. */
import { expect, it } from 'vitest';
import { dispatch, getThreads, grad, manualSeed, scope, setThreads, type Tensor, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const activations = ['identity', 'relu', 'relu6', 'sigmoid', 'silu'] as const;
type Activation = (typeof activations)[number];

const momentum = 0.3;
const eps = 1e-3;

interface Inputs {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** The gradient of the result. */
  readonly dy: Tensor;
}

const normal = (shape: readonly number[], scale: number, shift: number): Tensor =>
  dispatch('add.Scalar', dispatch('mul.Scalar', dispatch('randn', shape), scale), shift);

/** x lies around `offset`, the normalised map around 1 with a deviation of 3: on both sides of every activation's bends. */
function random(shape: readonly [number, number, number, number], offset = 0): Inputs {
  manualSeed(5);
  const channels = [shape[1]];
  return {
    x: normal(shape, 2, offset).to({ memoryFormat: 'channels_last' }),
    weight: normal(channels, 0.3, 3),
    bias: normal(channels, 0.3, 1),
    mean: normal(channels, 1, 0),
    variance: dispatch('abs', normal(channels, 1, 0)),
    dy: normal(shape, 1, 0).to({ memoryFormat: 'channels_last' }),
  };
}

const names = ['y', 'dx', 'dweight', 'dbias', 'mean', 'variance'] as const;
type Results = Record<(typeof names)[number], Tensor>;
type Run = (inputs: Inputs, activation: Activation, training?: boolean) => Tensor;

const fused: Run = ({ x, weight, bias, mean, variance }, activation, training = true) =>
  dispatch('ftuseg::batch_norm_act', x, weight, bias, mean, variance, training, momentum, eps, activation);

const composite: Run = ({ x, weight, bias, mean, variance }, activation, training = true) => {
  const y = dispatch('batch_norm', x, weight, bias, mean, variance, training, momentum, eps, true);
  if (activation === 'identity') return y;
  return activation === 'relu6' ? dispatch('hardtanh', y, 0, 6) : dispatch(activation, y);
};

/** Results and gradients on inputs of its own, so that running statistics are not shared. */
function results(run: Run, given: Inputs, activation: Activation, training = true): Results {
  const own = (value: Tensor): Tensor => dispatch('clone', value.detach(), 'preserve');
  const inputs = {
    x: given.x.detach().setRequiresGrad(),
    dy: given.dy,
    mean: own(given.mean),
    variance: own(given.variance),
    weight: own(given.weight).setRequiresGrad(),
    bias: own(given.bias).setRequiresGrad(),
  };
  const y = run(inputs, activation, training);
  const [dx, dweight, dbias] = grad([y], [inputs.x, inputs.weight, inputs.bias], { gradOutputs: [given.dy] });
  if (dx === undefined || dweight === undefined || dbias === undefined) throw new Error('no gradient');
  return { y, dx, dweight, dbias, mean: inputs.mean, variance: inputs.variance };
}

const widened = (inputs: Inputs): Inputs => ({
  x: inputs.x.to({ dtype: 'float64' }),
  dy: inputs.dy.to({ dtype: 'float64' }),
  weight: inputs.weight.to({ dtype: 'float64' }),
  bias: inputs.bias.to({ dtype: 'float64' }),
  mean: inputs.mean.to({ dtype: 'float64' }),
  variance: inputs.variance.to({ dtype: 'float64' }),
});

/** The root of the mean square of the differences, over that of the values. */
function error(found: Tensor, exact: Tensor): number {
  const difference = dispatch('sub.Tensor', found.to({ dtype: 'float64' }), exact);
  const square = (value: Tensor): number => Number(dispatch('sum', dispatch('square', value)).item());
  return Math.sqrt(square(difference) / square(exact));
}

/** As text: `toEqual` compares long arrays value by value, for seconds. */
const bytes = (value: Tensor): string => Buffer.from(value.toArray().buffer).toString('base64');

function scoped(title: string, body: () => void): void {
  it(title, () => scope(body));
}

const shapes = [
  [2, 16, 96, 96],
  [3, 17, 37, 29],
  [2, 3, 5, 4],
  [1, 1, 300, 200],
  [4, 130, 24, 24],
  [8, 600, 6, 6],
  [2, 40, 1, 1],
] as const;

describeTorch('batch_norm_act', () => {
  it.each(shapes.flatMap((shape) => activations.map((activation) => [activation, shape] as const)))(
    'gives what libtorch gives, as exactly: %s of %j',
    (activation, shape) =>
      scope(() => {
        const inputs = random(shape);
        const exact = results(composite, widened(inputs), activation);
        const theirs = results(composite, inputs, activation);
        const ours = results(fused, inputs, activation);
        expect(ours.y.isContiguous('channels_last')).toBe(true);
        for (const name of names) {
          const bound = Math.max(1.5 * error(theirs[name], exact[name]), 5e-7);
          expect(error(ours[name], exact[name]), name).toBeLessThan(bound);
        }
      }),
  );

  scoped('keeps its digits where the mean is far from zero', () => {
    const inputs = random([2, 16, 96, 96], 1000);
    const exact = results(composite, widened(inputs), 'silu');
    const ours = results(fused, inputs, 'silu');
    // The mean itself is rounded to 6e-5, 3e-5 of a standard deviation.
    for (const name of names) expect(error(ours[name], exact[name]), name).toBeLessThan(1e-4);
    expect(error(ours.variance, exact.variance)).toBeLessThan(1e-6);
  });

  scoped('follows SiLU and the logistic function into their tails', () => {
    const count = 4096;
    const ramp = Float32Array.from({ length: count }, (_, i) => i - (count - 1) / 2);
    const inputs = { ...random([1, 1, 64, 64]), x: tensor(ramp, [1, 1, 64, 64]) };
    const wide = { ...inputs, weight: tensor(Float32Array.of(100), [1]), bias: tensor(new Float32Array(1), [1]) };
    for (const activation of ['sigmoid', 'silu'] as const) {
      const exact = results(composite, widened(wide), activation);
      const ours = results(fused, wide, activation);
      const worst = dispatch('max', dispatch('abs', dispatch('sub.Tensor', ours.y.to({ dtype: 'float64' }), exact.y)));
      // The result reaches 173 for SiLU, of which float32 knows 8e-6.
      expect(worst.item()).toBeLessThan(activation === 'silu' ? 2e-5 : 2e-6);
    }
  });

  scoped('gives the same bits with any number of threads, every time', () => {
    const threads = getThreads();
    const inputs = random([4, 24, 80, 72]);
    const all = [1, 2, 2, 1].map((count) => {
      setThreads(count);
      return results(fused, inputs, 'silu');
    });
    setThreads(threads);
    for (const name of names) {
      const [first, ...others] = all.map((one) => bytes(one[name]));
      for (const other of others) expect(other, name).toEqual(first);
    }
  });

  it.each([
    ['NCHW memory', true, (inputs: Inputs) => ({ ...inputs, x: inputs.x.to({ memoryFormat: 'contiguous' }) })],
    [
      'a view with gaps',
      true,
      (inputs: Inputs) => ({ ...inputs, x: dispatch('slice.Tensor', inputs.x, 3, 0, null, 2) }),
    ],
    ['float64', true, widened],
    ['evaluation', false, (inputs: Inputs) => inputs],
  ] as const)('leaves to libtorch what is not for it: %s', (_, training, change) =>
    scope(() => {
      for (const activation of activations) {
        const changed = change(random([2, 5, 8, 6]));
        const inputs = { ...changed, dy: normal(changed.x.shape, 1, 0).to({ dtype: changed.x.dtype }) };
        const [theirs, ours] = [composite, fused].map((run) => results(run, inputs, activation, training));
        for (const name of names) expect(ours?.[name].toArray(), name).toEqual(theirs?.[name].toArray());
      }
    }),
  );

  scoped('leaves bfloat16 to libtorch', () => {
    const inputs = random([2, 5, 8, 6]);
    const narrow = { ...inputs, x: inputs.x.to({ dtype: 'bfloat16' }) };
    const [theirs, ours] = [composite, fused].map((run) => run(narrow, 'silu').to({ dtype: 'float32' }));
    expect(ours?.toArray()).toEqual(theirs?.toArray());
  });

  scoped('takes gradients in any memory, and gives only those asked for', () => {
    const inputs = random([2, 16, 12, 10]);
    const plain = { ...inputs, dy: inputs.dy.to({ memoryFormat: 'contiguous' }) };
    const [expected, found] = [inputs, plain].map((given) => results(fused, given, 'silu'));
    for (const name of names) expect(found?.[name].toArray(), name).toEqual(expected?.[name].toArray());
    const weight = dispatch('clone', inputs.weight).setRequiresGrad();
    dispatch('sum', fused({ ...inputs, weight }, 'silu')).backward();
    const ones = { ...inputs, dy: dispatch('ones_like', inputs.dy) };
    expect(weight.grad?.toArray()).toEqual(results(fused, ones, 'silu').dweight.toArray());
    expect(inputs.x.grad).toBeUndefined();
  });

  scoped('treats one value per channel, and none, as libtorch does', () => {
    for (const shape of [
      [1, 4, 1, 1],
      [0, 4, 3, 3],
    ] as const) {
      const outcome = (run: Run): unknown => {
        const inputs = random(shape);
        try {
          return [run(inputs, 'relu').toArray(), inputs.mean.toArray(), inputs.variance.toArray()];
        } catch (failure) {
          return failure instanceof Error && failure.message.replace(/^\S+: /, '');
        }
      };
      expect(outcome(fused)).toEqual(outcome(composite));
    }
  });

  scoped('lets what is not a number through', () => {
    const inputs = random([1, 2, 8, 8]);
    dispatch('fill_.Scalar', dispatch('select.int', inputs.x, 1, 1), Number.NaN);
    for (const activation of activations) {
      const y = fused(inputs, activation);
      const channels = [0, 1].map((channel) => [...dispatch('select.int', y, 1, channel).toArray()].map(Number));
      expect(channels.map((values) => values.filter(Number.isNaN).length)).toEqual([0, 64]);
    }
  });

  scoped('refuses an unknown activation and a second derivative', () => {
    const inputs = random([1, 2, 4, 4]);
    const unknown = caught(() =>
      dispatch('ftuseg::batch_norm_act', ...Object.values(inputs).slice(0, 5), true, 0.1, eps, 'tanh'),
    );
    expect(unknown.message).toContain("unknown activation 'tanh'");
    const x = inputs.x.setRequiresGrad();
    const y = fused({ ...inputs, x }, 'silu');
    const second = caught(() => grad([dispatch('sum', y)], [x], { createGraph: true }));
    expect(second.message).toContain('has no derivative');
  });
});
