/** Sides and overlaps of tiles, from the settings and what a network was trained on. */
import { FtuError } from '@ftuseg/core';
import type { GateSetting } from './gate-setting.js';
import type { TileSizeSetting } from './tile-size-setting.js';

/** Every network here halves its input five times. */
export const STRIDE = 32;

export interface TileSettings {
  readonly tileSize: TileSizeSetting | undefined;
  /** A fraction of the tile below 1, else pixels. */
  readonly overlap: number;
  readonly classifierGate: GateSetting | undefined;
}

/** Pixels that neighbouring tiles of a side share at least. */
export const overlapOf = ({ overlap }: TileSettings, tile: number): number =>
  Math.round(overlap < 1 ? overlap * tile : overlap);

/**
 * @param trained side of the training's tiles, working pixels
 * @param chosen where `auto` has chosen for a slide
 * @throws {FtuError} `bad-input` for tiles that do not work
 */
export function tileGeometry(
  settings: TileSettings,
  trained: number,
  chosen?: number,
): { readonly tileSize: number; readonly overlap: number } {
  const asked = settings.tileSize === 'auto' ? chosen : settings.tileSize;
  const tileSize = asked ?? trained;
  const fail = (setting: string, problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: 'prediction settings', setting, hint });
  };
  if (tileSize % STRIDE !== 0) {
    const hint = `try ${Math.ceil(tileSize / STRIDE) * STRIDE}`;
    fail('tileSize', `tileSize must be a multiple of ${STRIDE}, not ${tileSize}`, hint);
  }
  const overlap = overlapOf(settings, tileSize);
  if (overlap >= tileSize) {
    fail('overlap', `tiles of ${tileSize} pixels cannot overlap by ${overlap}`, 'choose a smaller overlap');
  }
  return { tileSize, overlap };
}

/**
 * A tile classifier judges the mean of a tile's features: on tiles of another size, an object weighs more or less than it has learnt.
 * @param trained side of the training's tiles @param subject the model, for messages
 * @throws {FtuError} `bad-input` for a gate and tiles of another size
 */
export function checkGateTiles(settings: TileSettings, trained: number, subject: string): void {
  const { classifierGate, tileSize = trained } = settings;
  if (classifierGate === undefined || tileSize === trained) return;
  const theirs = tileSize === 'auto' ? 'tileSize "auto" changes them' : `these have ${tileSize}`;
  throw new FtuError(
    'bad-input',
    `classifierGate: the classifier was trained on tiles of ${trained} pixels, and ${theirs}`,
    { subject, setting: 'classifierGate', hint: 'leave tileSize out, or classifierGate' },
  );
}
