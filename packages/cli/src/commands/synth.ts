/** `ftu synth`: slides to try things on, with exact truth. */
import { writeSyntheticSlides } from '@ftuseg/synth';
import { z } from 'zod';
import { defineCommand } from '../command.js';

export const synth = defineCommand({
  name: 'synth',
  summary: 'Make synthetic PAS kidney slides with the exact mask of every glomerulus.',
  schema: z.object({
    out: z.string().describe('folder to write: slides.csv, images/, masks/'),
    count: z.int().min(1).max(10_000).default(4).describe('how many slides'),
    width: z.int().min(64).max(20_000).default(1600).describe('pixels across'),
    height: z.int().min(64).max(20_000).default(1600).describe('pixels down'),
    micronsPerPixel: z.number().min(0.1).max(10).default(2).describe('micrometres per pixel'),
    seed: z.int().min(0).default(7).describe('the same seed gives the same bytes'),
  }),
  examples: ['ftu synth --count 4 --width 1600 --height 1600 --microns-per-pixel 2 --seed 7 --out slides'],
  async run(options, context) {
    const written = await writeSyntheticSlides({
      ...options,
      signal: context.signal,
      onProgress: ({ done, total }) => context.progress(`synthesising ${done}/${total}`),
    });
    context.print(`${options.count} slides in ${written.table}`);
  },
});
