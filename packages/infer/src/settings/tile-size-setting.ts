/** What a person writes for the side of tiles becomes what a plan takes. */
import { FtuError, parseNumber } from '@ftuseg/core';
import type { PredictSettings } from './predict-settings.js';

/** Working pixels; `auto`: near the model card's, by the slide. */
export type TileSizeSetting = number | 'auto';

/** Sides of tiles, working pixels. */
const MAX_TILE = 8192;

/**
 * @throws {FtuError} `bad-input` for anything but `auto` and a whole number up to 8192
 * @example
 * tileSizeOf('256'); // 256
 */
export function tileSizeOf(given: PredictSettings['tileSize']): TileSizeSetting | undefined {
  if (given === undefined || given === 'auto') return given;
  const value = typeof given === 'number' ? given : parseNumber(given);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_TILE) return value;
  throw new FtuError('bad-input', `tileSize is a multiple of 32 up to ${MAX_TILE}, or "auto", not "${given}"`, {
    subject: 'prediction settings',
    setting: 'tileSize',
  });
}
