/** Tiles as PNG images and masks in two folders: the layout that most training code on the net reads, `ftu prepare` included. */
import { join } from 'node:path';
import { makeFolder } from '@ftuseg/files';
import { writePng } from '@ftuseg/slide';
import type { Dataset } from '@ftuseg/train';
import type { CutTile, TileLine } from './cut-tiles.js';
import { visibleLabels } from './tile-labels.js';

/**
 * Writes tiles to `<folder>/images` and `<folder>/masks`.
 *
 * @returns the lines of `tiles.csv`, which is a slide table as well: `id`, `image`, `mask` and, where it is known, `mpp`
 */
export async function* writePngTiles(
  folder: string,
  { classes, micronsPerPixel }: Pick<Dataset, 'classes' | 'micronsPerPixel'>,
  tiles: AsyncIterable<CutTile>,
): AsyncGenerator<TileLine, void> {
  for (const name of ['images', 'masks']) await makeFolder(join(folder, name));
  for await (const { name, image, mask, facts } of tiles) {
    const files = { image: `images/${name}.png`, mask: `masks/${name}.png` };
    await Promise.all([
      writePng(join(folder, files.image), image),
      writePng(join(folder, files.mask), classes.length === 1 ? visibleLabels(mask) : mask),
    ]);
    yield { id: name, ...files, ...(micronsPerPixel === null ? {} : { mpp: micronsPerPixel }), ...facts };
  }
}
