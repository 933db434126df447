/** A convolution of 1 x 1 whose images are cut into rows, against libtorch's own in double. */
import { afterAll, expect, it } from 'vitest';
import { dispatch, getThreads, grad, manualSeed, scope, setThreads, type Tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const wide = (value: Tensor): Tensor => value.to({ dtype: 'float64' });

/** The result and the gradients of map, kernels and bias. */
function results(operator: string, inputs: readonly Tensor[], seed: Tensor): readonly Tensor[] {
  const leaves = inputs.map((value) => value.detach().setRequiresGrad());
  const y = dispatch(operator, ...leaves);
  return [y, ...grad([y], leaves, { gradOutputs: [seed] })];
}

function error(found: Tensor, exact: Tensor): number {
  const square = (value: Tensor): number => Number(dispatch('sum', dispatch('square', value)).item());
  return Math.sqrt(square(dispatch('sub.Tensor', wide(found), exact)) / square(exact));
}

describeTorch('pointwise_conv2d', () => {
  const threads = getThreads();
  afterAll(() => setThreads(threads));

  it.each([
    // Cut to batches of 16 and more; of a prime height, into rows; too small to be cut; large enough as it is.
    { batch: 4, height: 8, width: 6, count: 1 },
    { batch: 2, height: 13, width: 5, count: 1 },
    { batch: 2, height: 4, width: 9, count: 1 },
    { batch: 16, height: 3, width: 4, count: 1 },
    { batch: 3, height: 12, width: 7, count: 2 },
  ])(
    'equals conv2d and its gradients: $batch of $height x $width, $count threads',
    ({ batch, height, width, count }) => {
      setThreads(count);
      scope(() => {
        manualSeed(5);
        const x = dispatch('randn', [batch, 24, height, width]).to({ memoryFormat: 'channels_last' });
        const weight = dispatch('randn', [10, 24, 1, 1]);
        const bias = dispatch('randn', [10]);
        const seed = dispatch('randn', [batch, 10, height, width]);
        const exact = results('conv2d', [x, weight, bias].map(wide), wide(seed));
        for (const map of [x, x.to({ memoryFormat: 'contiguous' })]) {
          const found = results('ftuseg::pointwise_conv2d', [map, weight, bias], seed);
          expect(found[0]?.shape).toEqual([batch, 10, height, width]);
          found.forEach((value, i) => {
            expect(error(value, exact[i] as Tensor)).toBeLessThan(1e-6);
          });
        }
      });
    },
  );

  it('refuses larger kernels', () => {
    scope(() => {
      const inputs = [dispatch('randn', [1, 2, 4, 4]), dispatch('randn', [2, 2, 3, 3]), null] as const;
      expect(caught(() => dispatch('ftuseg::pointwise_conv2d', ...inputs)).message).toMatch(/kernels of 1 x 1/);
    });
  });
});
