/** The unusual forms of a glomerulus, and how each changes the tuft. Which one a glomerulus has depends on its own seed only. */
import { hashUnit } from './noise.js';

export type Variant =
  | 'large'
  | 'small'
  | 'collapsed'
  | 'cystic'
  | 'segmental'
  | 'hypercellular'
  | 'filling'
  | 'crescentic';

/** Shares of all unusual glomeruli; they add up to 1. */
const shares: readonly (readonly [Variant, number])[] = [
  ['large', 0.12],
  ['small', 0.18],
  ['collapsed', 0.08],
  ['cystic', 0.05],
  ['segmental', 0.11],
  ['hypercellular', 0.12],
  ['filling', 0.3],
  ['crescentic', 0.04],
];

/** @param share of glomeruli that are unusual, 0..1; a larger one only adds unusual ones */
export function variantOf(seed: number, share: number): Variant | undefined {
  if (hashUnit(seed, 15, 0) >= share) return undefined;
  let draw = hashUnit(seed, 16, 0);
  for (const [variant, part] of shares) {
    draw -= part;
    if (draw < 0) return variant;
  }
  return 'segmental';
}

/** The radius of the capsule in micrometres, for a glomerulus that would have `usual`; without a variant it is a shrunken, sclerotic one. */
export function variantRadius(variant: Variant | undefined, usual: number, seed: number): number {
  const draw = hashUnit(seed, 17, 0);
  if (variant === 'large') return 118 + 32 * draw;
  if (variant === 'small') return 30 + 32 * draw;
  if (variant === 'collapsed') return usual * (0.75 + 0.25 * draw);
  if (variant === undefined) return usual * (0.4 + 0.5 * draw);
  return usual;
}
