/** 200 training steps of a small network must leave no handle and no memory behind. */
import { expect, it } from 'vitest';
import {
  Adam,
  dispatch,
  externalBytes,
  getThreads,
  liveTensors,
  manualSeed,
  scope,
  setThreads,
  tensor,
} from '../src/index.js';
import { describeTorch } from './describe-torch.js';

describeTorch('memory over training', () => {
  it('stays flat over 200 steps', () => {
    manualSeed(1);
    const threads = getThreads();
    setThreads(1); // small operators: a second thread would only wait
    const convolution = (outputs: number, inputs: number) =>
      dispatch('mul.Scalar', dispatch('randn', [outputs, inputs, 3, 3]), 0.1)
        .detach()
        .setRequiresGrad();
    const weights = [convolution(8, 3), convolution(8, 8), convolution(1, 8)];
    const optimiser = new Adam(weights, { learningRate: 1e-2 });
    const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, k) => Math.sin(k));
    const mask = Float32Array.from({ length: 2 * 32 * 32 }, (_, k) => (Math.sin(3 * k) > 0 ? 1 : 0));

    const step = () =>
      scope(() => {
        optimiser.zeroGrad();
        let x = tensor(pixels, [2, 3, 32, 32]).to({ memoryFormat: 'channels_last' });
        weights.forEach((weight, k) => {
          x = dispatch('conv2d', x, weight, null, 1, 1);
          if (k < 2) x = dispatch('silu', dispatch('batch_norm', x, null, null, null, null, true, 0.1, 1e-5, false));
        });
        const loss = dispatch('binary_cross_entropy_with_logits', x, tensor(mask, [2, 1, 32, 32]));
        loss.backward();
        optimiser.step();
        return loss.item();
      });

    const first = step();
    for (let k = 0; k < 30; k++) step();
    const live = liveTensors();
    const bytes = externalBytes();
    const resident = process.memoryUsage.rss();
    let last = first;
    for (let k = 0; k < 170; k++) {
      last = step();
      expect(liveTensors()).toBe(live);
      expect(externalBytes()).toBe(bytes);
    }
    // The intermediates of 170 steps are about 100 MB, should none be freed.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(16 * 2 ** 20);
    expect(last).toBeLessThan(first);
    setThreads(threads);
    optimiser.dispose();
    for (const weight of weights) weight.dispose();
  });
});
