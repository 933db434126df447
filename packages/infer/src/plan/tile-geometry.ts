/** Sides and overlaps of tiles, from the settings and what a network was trained on. */
import { FtuError } from '@ftuseg/core';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { bestTile } from './best-tile.js';

/** Every network here halves its input five times. */
const STRIDE = 32;

type TileSettings = Pick<ResolvedSettings, 'tileSize' | 'overlap' | 'classifierGate'>;

/**
 * @param trained side of the training's tiles, working pixels
 * @param grid of the slide; undefined: any, of which `auto` is not chosen yet
 * @throws {FtuError} `bad-input` for tiles that do not work
 */
export function tileGeometry(
  settings: TileSettings,
  trained: number,
  grid: { readonly width: number; readonly height: number } | undefined,
): { tileSize: number; overlap: number } {
  const overlapOf = (tile: number): number =>
    Math.round(settings.overlap < 1 ? settings.overlap * tile : settings.overlap);
  const chosen = settings.tileSize === 'auto' && grid ? bestTile(grid, trained, STRIDE, overlapOf) : settings.tileSize;
  const tileSize = typeof chosen === 'number' ? chosen : trained;
  const fail = (setting: string, problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: 'prediction settings', setting, hint });
  };
  if (tileSize % STRIDE !== 0) {
    const hint = `try ${Math.ceil(tileSize / STRIDE) * STRIDE}`;
    fail('tileSize', `tileSize must be a multiple of ${STRIDE}, not ${tileSize}`, hint);
  }
  const overlap = overlapOf(tileSize);
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
  if (settings.classifierGate === undefined) return;
  const { tileSize } = tileGeometry(settings, trained, undefined);
  const theirs = settings.tileSize === 'auto' ? 'tileSize "auto" changes them' : `these have ${tileSize}`;
  if (tileSize === trained && settings.tileSize !== 'auto') return;
  throw new FtuError(
    'bad-input',
    `classifierGate: the classifier was trained on tiles of ${trained} pixels, and ${theirs}`,
    { subject, setting: 'classifierGate', hint: 'leave tileSize out, or classifierGate' },
  );
}
