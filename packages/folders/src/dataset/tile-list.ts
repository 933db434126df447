/** The tiles that `prepare` lists (`tiles.csv`), by slide: folds are stratified by them, and grid windows are drawn from them. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import type { Dataset } from './dataset.js';

export const TILES_FILE = 'tiles.csv';

/** One line for each tile: its slide with its source and group, its corner and side in working pixels, mean saturation (0..255) and mask density (0..1). */
export const tileColumns = ['slide', 'source', 'group', 'x', 'y', 'size', 'saturation_mean', 'mask_density'] as const;

/** Without these nothing can be drawn. */
const needed = ['slide', 'x', 'y', 'mask_density'] as const satisfies readonly (typeof tileColumns)[number][];

export interface Tile {
  readonly x: number;
  readonly y: number;
  /** Share of labelled pixels, 0..1. */
  readonly density: number;
}

/**
 * The tiles of each slide, by its id; a slide of background alone is not among them.
 *
 * @throws FtuError 'bad-input' for a damaged list, 'not-found', 'io'
 */
export async function readTiles(dataset: Pick<Dataset, 'folder'>): Promise<ReadonlyMap<string, readonly Tile[]>> {
  const path = join(dataset.folder, TILES_FILE);
  const { columns, rows } = await readCsv(path);
  const missing = needed.find((name) => !columns.includes(name));
  const damaged = (problem: string): FtuError =>
    new FtuError('bad-input', problem, { subject: path, hint: 'prepare the data set again' });
  if (missing !== undefined) throw damaged(`there is no column "${missing}"`);
  const bySlide = new Map<string, Tile[]>();
  for (const { line, cells } of rows) {
    const tile = { x: Number(cells.x), y: Number(cells.y), density: Number(cells.mask_density) };
    if (![tile.x, tile.y, tile.density].every(Number.isFinite)) throw damaged(`line ${line} holds no numbers`);
    const id = cells.slide ?? '';
    const tiles = bySlide.get(id);
    if (tiles === undefined) bySlide.set(id, [tile]);
    else tiles.push(tile);
  }
  return bySlide;
}
