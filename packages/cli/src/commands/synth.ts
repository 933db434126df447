/** `ftu synth`: slides to try things on, with exact truth; many small ones in a folder, or one of any size as a pyramid. */
import { writeSyntheticSlide, writeSyntheticSlides } from '@ftuseg/synth';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

const schema = z.object({
  slide: z.string().optional().describe('write one pyramid, .tif, with its mask, RLE and GeoJSON beside it'),
  out: z.string().optional().describe('instead, a folder to write: slides.csv, images/, masks/'),
  count: z.int().min(1).max(10_000).default(4).describe('how many slides, in a folder'),
  width: z.int().min(64).max(200_000).default(1600).describe('pixels across'),
  height: z.int().min(64).max(200_000).default(1600).describe('pixels down'),
  micronsPerPixel: z.number().min(0.1).max(10).default(2).describe('micrometres per pixel'),
  seed: z.int().min(0).default(7).describe('the same seed gives the same bytes'),
  sclerotic: z.number().min(0).max(1).default(0).describe('share of glomeruli that are sclerotic, label 2'),
  medulla: z.number().min(0).max(0.6).optional().describe('share that is medulla (default: the seed decides)'),
  pen: z.int().min(0).max(50).default(0).describe('pen strokes on the glass'),
  folds: z.int().min(0).max(200).default(0).describe('folds of the section'),
  blur: z.number().min(0).max(1).default(0).describe('share that is out of focus, about'),
});

/** Sides that a picture in a folder may have: it is drawn in memory. */
const LARGEST_PICTURE = 20_000;

export const synth = defineCommand({
  name: 'synth',
  summary: 'Make synthetic PAS kidney slides with the exact mask of every glomerulus.',
  positionals: ['slide'],
  schema,
  examples: [
    'ftu synth --count 4 --width 1600 --height 1600 --microns-per-pixel 2 --seed 7 --out slides',
    'ftu synth --width 40000 --height 40000 --microns-per-pixel 0.5 --seed 7 --sclerotic 0.1 big.tif',
  ],
  async run({ slide, out, ...options }, context) {
    if ((slide === undefined) === (out === undefined)) {
      throw new UsageError('ftu synth needs --out FOLDER, or the name of one slide (.tif); see ftu synth --help');
    }
    if (out !== undefined) await writeFolder(out, options, context);
    else if (slide !== undefined) await writeOne(slide, options, context);
  },
});

type Options = Omit<z.infer<typeof schema>, 'slide' | 'out'>;

async function writeFolder(out: string, options: Options, context: CommandContext): Promise<void> {
  const { count, width, height, micronsPerPixel, seed, ...features } = options;
  if (Math.max(width, height) > LARGEST_PICTURE) {
    throw new UsageError(
      `slides of more than ${LARGEST_PICTURE} pixels a side are written one by one: ftu synth ... big.tif`,
    );
  }
  const written = await writeSyntheticSlides({
    ...{ out, count, width, height, micronsPerPixel, seed, features, signal: context.signal },
    onProgress: ({ done, total }) => context.progress(`synthesising ${done}/${total}`),
  });
  context.print(`${count} slides in ${written.table}`);
}

async function writeOne(path: string, options: Options, context: CommandContext): Promise<void> {
  const { count: _, width, height, micronsPerPixel, seed, ...features } = options;
  const began = Date.now();
  const files = await writeSyntheticSlide({
    ...{ path, slideWidth: width, slideHeight: height, micronsPerPixel, seed, features, signal: context.signal },
    onProgress: (rows) => {
      const left = Math.round(((Date.now() - began) / 1000) * (height / rows - 1));
      context.progress(`synthesising ${Math.floor((100 * rows) / height)} %, ${left} s to go`);
    },
  });
  context.print(
    `${width} x ${height} pixels with ${files.glomeruli} glomeruli, ${files.sclerotic} of them sclerotic, in ${path}; truth in ${files.mask}, ${files.rle}, ${files.annotations}; slide table ${files.table}`,
  );
}
