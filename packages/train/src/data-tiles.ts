/** The tiles that `prepare` listed (`tiles.csv`), by slide: what folds are stratified by and grid windows are drawn from. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import type { Dataset } from './dataset.js';

export interface Tile {
  readonly x: number;
  readonly y: number;
  /** Share of labelled pixels, 0..1. */
  readonly density: number;
}

/** The tiles of each slide, by its id; a slide of glass alone is not among them. */
export async function readTiles(dataset: Dataset): Promise<ReadonlyMap<string, readonly Tile[]>> {
  const path = join(dataset.folder, 'tiles.csv');
  const { columns, rows } = await readCsv(path);
  const wanted = ['slide', 'x', 'y', 'mask_density'];
  const missing = wanted.find((name) => !columns.includes(name));
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
