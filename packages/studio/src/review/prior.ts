/** Where the chance of being wrong begins: coefficients that synthetic slides taught. */
import type { ChanceModels } from './chance.js';

export const priorModels: ChanceModels = {
  object: {
    centre: [0.0149, 0.353, 0.7671, 0.8889, 0.9915, -0.2087, 0.1228],
    model: { intercept: -3.7772, weights: [0.273, 1.7838, 0.0577, -0.6004, 0.0789, -0.2512, -0.4078] },
  },
  ghost: {
    centre: [0, 0.4416, 2.0004, 0.1855, 0.6264, -1.6693, 0.0532],
    model: { intercept: -2.4776, weights: [0, -0.0917, 0.4024, -0.0742, 0.4563, -0.3019, 0.2668] },
  },
};
