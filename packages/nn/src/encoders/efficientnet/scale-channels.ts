/**
 * Scales a width and rounds to a multiple of 8, never losing more than `1 - limit` of it (Sandler et al. 2018, as their reference
 * implementation does it).
 */
export function scaleChannels(channels: number, width: number, limit = 0.9): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < limit * wanted ? rounded + 8 : rounded;
}
