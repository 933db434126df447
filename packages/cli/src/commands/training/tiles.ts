/** `ftu tiles`: a prepared data set as tiles for other people's tools. */
import { exportTiles } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';

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
    recordsPerFile: z.int().min(1).max(100_000).optional().describe('tfrecord: tiles in one file (default: 1)'),
  }),
  examples: ['ftu tiles --data data --out tiles --format tfrecord', 'ftu tiles --data data --out tiles --format png'],
  async run({ recordsPerFile, ...options }, context) {
    if (recordsPerFile !== undefined && options.format !== 'tfrecord') {
      throw new UsageError('--records-per-file is for --format tfrecord; a PNG holds one tile');
    }
    const summary = await exportTiles({
      ...{ ...options, recordsPerFile: recordsPerFile ?? 1 },
      signal: context.signal,
      onProgress: ({ done, total, id, tiles: written }) =>
        context.progress(`exporting ${done}/${total} ${id}, ${written} tiles`),
    });
    context.print(`${summary.tiles} tiles of ${summary.slides} slides in ${options.out}`);
  },
});
