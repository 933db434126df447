/** Where the chance of being wrong begins: coefficients that synthetic slides taught. */
import type { ChanceModels } from './chance.js';

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
