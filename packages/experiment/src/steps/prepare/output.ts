/** What a prepare step leaves for the steps that build on it. */
import { join } from 'node:path';
import { openDataset } from '@ftuseg/train';
import { z } from 'zod';
import { digestOf, fileDigest } from '../../records/digest.js';

export const dataOutputSchema = z.object({
  /** Folder of the data set. */
  data: z.string(),
  slides: z.int(),
  tiles: z.int(),
});

/** Where a prepare step keeps its data set, in its own folder. */
export const DATA_FOLDER = 'data';

/** Files without which a data set is not whole. */
export const dataFiles = (data: string): string[] => [
  join(data, 'dataset.json'),
  join(data, 'tiles.csv'),
  join(data, 'slides'),
];

/** Digest of what is in a prepared data set. */
export async function datasetDigest(folder: string): Promise<string> {
  const { classes, micronsPerPixel, tile, overlap, slides } = await openDataset(folder);
  return digestOf([
    classes,
    micronsPerPixel,
    tile,
    overlap,
    slides.map(({ id, digest, columns }) => [id, digest, columns]),
    // Which tiles there are depends on more than the slides: background and edges may be left out.
    await fileDigest(join(folder, 'tiles.csv')),
  ]);
}
