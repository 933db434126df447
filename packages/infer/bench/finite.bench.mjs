/**
 * What it costs to look whether every logit is a number, beside the pass that makes probabilities of them and beside the network itself
 * (EfficientNet-B0 Unet, 256 px, one thread: some 53 ms a tile).
 *
 *     node packages/infer/bench/finite.bench.mjs
 */

import { sigmoid } from '../dist/stitch/sigmoid.js';
import { requireFiniteLogits } from '../dist/tiles/finite-logits.js';

const side = 1280;
const logits = Float32Array.from({ length: side * side }, (_, i) => 12 * Math.sin(i / 999));
const out = new Float32Array(logits.length);
const passes = {
  check: () => requireFiniteLogits(logits, [1, 3, side, side]),
  sigmoid: () => {
    for (let i = 0; i < logits.length; i++) out[i] = sigmoid(logits[i]);
  },
};
const milliseconds = (work) => {
  const times = Array.from({ length: 60 }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[30];
};
const found = Object.entries(passes).map(([name, work]) => [name, milliseconds(work)]);
for (const [name, time] of found) console.log(`${name.padEnd(8)} ${time.toFixed(2)} ms for a tile of ${side} px`);
