/**
 * Where the chance of being wrong begins: coefficients that synthetic slides taught, since no labelled slide of a hospital may be part of what is given away. As
 * `node packages/studio/bench/review-prior.mjs` prints them; docs/studio.md has its arguments.
 */
import type { ChanceModels } from './chance.js';

/** Of 24 synthetic slides that the starter model predicted at three magnifications: 1,453 objects of which 179 are wrong, and 73 ghosts of which 6 are real. */
export const priorModels: ChanceModels = {
  object: {
    centre: [0.0831, 0.3568, 0.7756, 0.886, 0.9909, -0.2093, 0.1232],
    model: { intercept: -3.6141, weights: [0.1746, 2.0035, 0.1011, -0.9194, -0.0399, -0.321, -0.4644] },
  },
  ghost: {
    centre: [0, 0.4417, 1.9888, 0.1803, 0.6154, -1.659, 0.0548],
    model: { intercept: -2.4951, weights: [0, -0.0049, 0.3102, -0.069, 0.3171, -0.1442, 0.1915] },
  },
};
