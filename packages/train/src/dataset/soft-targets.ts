/**
 * Soft labels in a byte, and back: 0..254 is a probability in steps of 1/254, 255 says that nobody knows. 254 rather than 255 steps, so that a
 * half is a value of its own (127).
 */

export const UNCERTAIN = 255;
/** The value of probability 1. */
export const CERTAIN = 254;
/** From this value on, up to `CERTAIN`, a pixel is labelled. */
export const HALF = 127;

/** The target that a value stands for: its probability, or -1 where it is uncertain. */
export const softTargets: Float32Array = Float32Array.from({ length: 256 }, (_, value) =>
  value === UNCERTAIN ? -1 : value / CERTAIN,
);

/** The value nearest to a probability (0..1) among those on its side of a half. */
export function softValue(probability: number): number {
  const nearest = Math.round(probability * CERTAIN);
  return probability < 0.5 ? Math.min(nearest, HALF - 1) : nearest;
}

/** Whether a value is a label: certain, and at least a half. */
export const isLabel = (value: number): boolean => value >= HALF && value !== UNCERTAIN;
