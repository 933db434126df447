/**
 * Where the chance of being wrong begins: coefficients that synthetic slides taught, since no labelled slide of a hospital may be part of what is given away. As
 * `node packages/studio/bench/review-prior.mjs` prints them; docs/studio.md has its arguments.
 */
import type { ChanceModels } from './chance.js';

/** Of 24 synthetic slides that four versions of the starter model predicted, 1,946 objects of which 235 are wrong, and 94 ghosts of which 9 are real. */
export const priorModels: ChanceModels = {
  object: {
    centre: [0.0149, 0.353, 0.7671, 0.8889, 0.9915, -0.2087, 0.1228],
    model: { intercept: -3.6982, weights: [0.1554, 2.1339, 0.1114, -0.8754, -0.0327, -0.4398, -0.596] },
  },
  ghost: {
    centre: [0, 0.4416, 2.0004, 0.1855, 0.6264, -1.6693, 0.0532],
    model: { intercept: -2.412, weights: [0, -0.0211, 0.3862, -0.0811, 0.4435, -0.3275, 0.3521] },
  },
};
