/** The convolution that never enlarges its input, against the one that does. */
import { expect, it } from 'vitest';
import { autocast, dispatch, getThreads, grad, manualSeed, scope, setThreads, type Tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

interface Inputs {
  readonly x: Tensor;
  readonly skip: Tensor | null;
  readonly weight: Tensor;
}

type Run = (inputs: Inputs) => Tensor;

const split: Run = ({ x, skip, weight }) => dispatch('ftuseg::upsampled_conv2d', x, skip, weight);

const enlarged: Run = ({ x, skip, weight }) => {
  const large = dispatch('upsample_nearest2d.vec', x, null, [2, 2]);
  return dispatch('conv2d', skip === null ? large : dispatch('cat', [large, skip], 1), weight, null, 1, 1);
};

type Sizes = readonly [
  batch: number,
  channels: number,
  skipChannels: number,
  outputs: number,
  height: number,
  width: number,
];

function random([batch, channels, skipChannels, outputs, height, width]: Sizes): Inputs {
  manualSeed(3);
  const map = (shape: readonly number[]): Tensor => dispatch('randn', shape).to({ memoryFormat: 'channels_last' });
  return {
    x: map([batch, channels, height, width]),
    skip: skipChannels === 0 ? null : map([batch, skipChannels, 2 * height, 2 * width]),
    weight: map([outputs, channels + skipChannels, 3, 3]),
  };
}

const change = (inputs: Inputs, to: (value: Tensor) => Tensor): Inputs => ({
  x: to(inputs.x),
  skip: inputs.skip && to(inputs.skip),
  weight: to(inputs.weight),
});

/** The result and the gradients of all inputs, given that of the result. */
function results(run: Run, given: Inputs, seed: Tensor): readonly Tensor[] {
  const inputs = change(given, (value) => value.detach().setRequiresGrad());
  const y = run(inputs);
  const leaves = [inputs.x, inputs.weight, ...(inputs.skip === null ? [] : [inputs.skip])];
  return [y, ...grad([y], leaves, { gradOutputs: [seed] })];
}

function error(found: Tensor, exact: Tensor): number {
  const difference = dispatch('sub.Tensor', found.to({ dtype: 'float64' }), exact);
  const square = (value: Tensor): number => Number(dispatch('sum', dispatch('square', value)).item());
  return Math.sqrt(square(difference) / square(exact));
}

const wide = (value: Tensor): Tensor => value.to({ dtype: 'float64' });
const seedOf = ([batch, , , outputs, height, width]: Sizes): Tensor =>
  dispatch('randn', [batch, outputs, 2 * height, 2 * width]);

function scoped(title: string, body: () => void): void {
  it(title, () => scope(body));
}

describeTorch('upsampled_conv2d', () => {
  it.each([
    [2, 16, 8, 16, 9, 12],
    [3, 5, 0, 3, 7, 4],
    [1, 4, 2, 6, 1, 1],
    [2, 1, 1, 1, 3, 1],
    [1, 32, 24, 40, 20, 31],
  ] as const)('gives the same map and the same gradients: %i x (%i + %i) to %i, %i x %i', (...sizes) =>
    scope(() => {
      const inputs = random(sizes);
      const seed = seedOf(sizes);
      const exact = results(enlarged, change(inputs, wide), wide(seed));
      const ours = results(split, inputs, seed);
      expect(ours[0]?.isContiguous('channels_last')).toBe(true);
      expect(ours.map(({ shape }) => shape)).toEqual(exact.map(({ shape }) => shape));
      for (const [k, value] of ours.entries()) expect(error(value, exact[k] ?? value)).toBeLessThan(1e-6);
    }),
  );

  scoped('gives the same bits with any number of threads', () => {
    const threads = getThreads();
    const sizes: Sizes = [2, 24, 8, 12, 20, 18];
    const inputs = random(sizes);
    const seed = seedOf(sizes);
    const [one, two, again] = [1, 2, 2].map((count) => {
      setThreads(count);
      return results(split, inputs, seed).map((value) => value.toArray());
    });
    setThreads(threads);
    expect(two).toEqual(again);
    expect(two?.[0]).toEqual(one?.[0]);
  });

  it.each([
    ['NCHW memory', (value: Tensor) => value.to({ memoryFormat: 'contiguous' })],
    ['float64', wide],
    ['bfloat16', (value: Tensor) => value.to({ dtype: 'bfloat16' })],
  ] as const)('leaves to libtorch what is not for it: %s', (_, to) =>
    scope(() => {
      const inputs = change(random([2, 6, 4, 5, 5, 6]), to);
      const [theirs, ours] = [enlarged, split].map((run) => wide(run(inputs)).toArray());
      expect(ours).toEqual(theirs);
    }),
  );

  scoped('computes in bfloat16 under autocast', () => {
    const inputs = random([2, 6, 4, 5, 5, 6]);
    const [theirs, ours] = [enlarged, split].map((run) => autocast('bfloat16', () => run(inputs)));
    expect(ours?.dtype).toBe('bfloat16');
    expect(ours && wide(ours).toArray()).toEqual(theirs && wide(theirs).toArray());
  });

  scoped('gives only the gradients asked for, and no second ones', () => {
    const inputs = random([1, 3, 2, 4, 4, 4]);
    const x = inputs.x.detach().setRequiresGrad();
    const [dx] = grad([dispatch('sum', split({ ...inputs, x }))], [x]);
    const [expected] = grad([dispatch('sum', enlarged({ ...inputs, x }))], [x]);
    expect(dx && expected && error(dx, wide(expected))).toBeLessThan(1e-6);
    const second = caught(() => grad([dispatch('sum', split({ ...inputs, x }))], [x], { createGraph: true }));
    expect(second.message).toContain('has no derivative');
  });

  scoped('lets libtorch say what does not fit', () => {
    const inputs = random([1, 3, 2, 4, 4, 4]);
    expect(caught(() => split({ ...inputs, skip: null })).message).toMatch(/expected input.* to have 5 channels/);
  });
});
