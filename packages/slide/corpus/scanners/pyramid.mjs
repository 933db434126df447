import { shrink, tissue } from '../../tests/ndpi/pictures.mjs';

/** One picture at several sizes, by factors of the first, which is 1. */
export function pyramid(width, height, factors) {
  const full = tissue(width, height);
  return factors.map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));
}
