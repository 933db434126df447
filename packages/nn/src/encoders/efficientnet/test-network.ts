/**
 * timm's network for tests (`_gen_test_efficientnet`): blocks of both generations in a fiftieth of B0's parameters. It is too small to be good, and trains
 * in less than half of Lite0's time.
 */
import { imagenetNormalisation } from '../encoder.js';
import type { Variant } from './variant.js';

const common = { repeats: 1, kernel: 3 } as const;
const second = { ...common, stride: 2, expansion: 4 } as const;

export const testNetwork: Variant = {
  name: 'tu-test_efficientnet',
  stem: 24,
  stages: [
    { ...common, block: 'plain', stride: 1, expansion: 1, channels: 16, squeeze: false },
    { ...second, block: 'fused', channels: 24, squeeze: false },
    { ...second, block: 'fused', channels: 32, squeeze: false },
    { ...second, block: 'inverted', channels: 48, squeeze: true },
    { ...second, block: 'inverted', channels: 64, squeeze: true },
  ],
  head: 256,
  family: 'universal',
  numbers: 'pytorch',
  activation: 'silu',
  normalisation: imagenetNormalisation,
  keras: false,
};
