/** `ftu tiles`: a prepared data set as tiles for other people's tools. */
import { exportTiles } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../command.js';

export const tiles = defineCommand({
  name: 'tiles',
  summary: 'Export the tiles of a prepared data set as TFRecord files or PNG images.',
  schema: z.object({
    data: z.string().describe('folder of a prepared data set'),
    out: z.string().describe('folder to write; new or empty'),
    format: z.enum(['tfrecord', 'png']).describe('tfrecord: for TensorFlow; png: images/ and masks/'),
    tile: z.int().min(1).max(8192).optional().describe("side of a tile in working pixels (default: the data set's)"),
    overlap: z.int().min(0).optional().describe("overlap of neighbouring tiles, in pixels (default: the data set's)"),
    all: z.boolean().default(false).describe('export tiles of empty glass too'),
    recordsPerFile: z.int().min(1).default(1).describe('tiles in one TFRecord file'),
  }),
  examples: ['ftu tiles --data data --out tiles --format tfrecord', 'ftu tiles --data data --out tiles --format png'],
  async run(options, context) {
    const summary = await exportTiles({
      ...options,
      signal: context.signal,
      onProgress: ({ done, total, id, tiles: written }) =>
        context.progress(`exporting ${done}/${total} ${id}, ${written} tiles`),
    });
    context.print(`${summary.tiles} tiles of ${summary.slides} slides in ${options.out}`);
  },
});
