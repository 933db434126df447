/**
 * `tiles.csv`: a grid of windows over every prepared slide, right and bottom edges included, and how much of each is
 * labelled. Training draws windows of its own; the table is for stratified folds, exports and people.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, type Rect, tileGrid } from '@ftuseg/core';
import { type DatasetIndex, type PreparedSlide, slideFiles } from './dataset.js';

/** Labelled share of the part of a tile that lies on the slide. */
function density(mask: Uint8Array, { width, height }: PreparedSlide, tile: Rect): number {
  const right = Math.min(tile.x + tile.width, width);
  const bottom = Math.min(tile.y + tile.height, height);
  let labelled = 0;
  for (let y = tile.y; y < bottom; y++) {
    for (let x = tile.x; x < right; x++) if (mask[y * width + x] !== 0) labelled++;
  }
  return labelled / ((right - tile.x) * (bottom - tile.y));
}

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The table's text and number of tiles; reads the masks that `prepareDataset` has just written. */
export async function tileTable(folder: string, index: DatasetIndex): Promise<{ csv: string; count: number }> {
  const lines = ['slide,source,x,y,size,mask_density'];
  for (const slide of index.slides) {
    const { data } = decodeNpy(await readFile(join(folder, slideFiles(slide.id).mask)));
    const mask = data instanceof Uint8Array ? data : new Uint8Array();
    for (const tile of tileGrid(slide.width, slide.height, index)) {
      const { x, y } = tile;
      const share = density(mask, slide, tile).toFixed(6);
      lines.push([quote(slide.id), quote(slide.columns.source ?? ''), x, y, index.tile, share].join());
    }
  }
  return { csv: `${lines.join('\n')}\n`, count: lines.length - 1 };
}
