/** Every EfficientNet encoder. A generation is a file beside this one and a line here. */
import { liteVariants, originalVariants } from './original.js';
import { secondVariants } from './second.js';
import { testNetwork } from './test-network.js';
import type { Variant } from './variant.js';

/** Every EfficientNet encoder, in the order that `encoderNames` lists them. */
export const allVariants: readonly Variant[] = [
  ...(['native', 'universal'] as const).flatMap((family) => [...originalVariants(family), ...liteVariants(family)]),
  ...secondVariants(),
  testNetwork,
];
