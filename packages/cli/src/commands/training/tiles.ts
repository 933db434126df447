/** `ftu tiles`: a prepared data set as tiles for other people's tools. */
import { counted } from '@ftuseg/core';
import { exportTiles } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';

export const tiles = defineCommand({
  name: 'tiles',
  schema: z.object({
    data: folder('folder of a prepared data set'),
    out: folder('folder to write; new or empty'),
    format: z.enum(['tfrecord', 'png']).describe('tfrecord: for TensorFlow; png: images/ and masks/'),
    tile: z.int().min(1).max(8192).optional().describe("side of a tile in working pixels (default: the data set's)"),
    overlap: z.int().min(0).optional().describe("overlap of neighbouring tiles, in pixels (default: the data set's)"),
    all: z.boolean().default(false).describe('export tiles of background too'),
    recordsPerFile: z.int().min(1).max(100_000).optional().describe('tfrecord: tiles in one file (default: 1)'),
  }),
  groups: {
    Inputs: ['data'],
    Outputs: ['out', 'format', 'recordsPerFile'],
    Tiles: ['tile', 'overlap', 'all'],
  },
  result: {
    out: 'the folder',
    slides: 'how many slides the tiles are of',
    tiles: 'how many tiles there are',
    classes: 'the class map that reads the masks',
  },
  examples: [
    'ftu tiles --data data --out tiles --format tfrecord',
    'ftu tiles --data data --out tiles-png --format png --tile-size 128 --overlap 32',
  ],
  async run({ recordsPerFile, ...options }, context) {
    if (recordsPerFile !== undefined && options.format !== 'tfrecord') {
      throw new UsageError('--records-per-file is for --format tfrecord; a PNG holds one tile');
    }
    const summary = await exportTiles({
      ...options,
      recordsPerFile: recordsPerFile ?? 1,
      signal: context.signal,
      onProgress: ({ done, total, id, tiles: written }) =>
        context.progress(`exporting ${done}/${total} ${id}, ${counted(written, 'tile')}`),
    });
    context.print(`${counted(summary.tiles, 'tile')} of ${counted(summary.slides, 'slide')} in ${options.out}`);
    context.note(
      `to read their masks: --classes '${summary.classes}' (also in class-map.txt, where ftu prepare finds it)`,
    );
    return { out: options.out, ...summary };
  },
});
