/** `ftu synth`: slides to try things on, with exact truth; many small ones in a folder, one of any size as a pyramid, or Kaggle's folder. */
import { writeHubmapFolder, writeSyntheticSlide, writeSyntheticSlides } from '@ftuseg/synth';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { UsageError } from '../../parser/usage-error.js';

/** Of slides that are asked for one by one or in a table; Kaggle's folder has its own. */
const defaults = { count: 4, width: 1600, height: 1600, micronsPerPixel: 2 };

const schema = z.object({
  slide: z.string().optional().describe('write one pyramid, .tif, with its mask, RLE and GeoJSON beside it'),
  out: z.string().optional().describe('instead, a folder to write: slides.csv, images/, masks/; or see --layout'),
  layout: z
    .enum(['table', 'hubmap'])
    .default('table')
    .describe(
      'of the folder: table, or hubmap: the competition "HuBMAP - Hacking the Kidney" with 8 + 3 slides, external tiles and two extra slides',
    ),
  count: z.int().min(1).max(10_000).optional().describe(`how many slides, in a folder (default: ${defaults.count})`),
  width: z.int().min(64).max(200_000).optional().describe(`pixels across (default: ${defaults.width})`),
  height: z.int().min(64).max(200_000).optional().describe(`pixels down (default: ${defaults.height})`),
  micronsPerPixel: z
    .number()
    .min(0.1)
    .max(10)
    .optional()
    .describe(`micrometres per pixel (default: ${defaults.micronsPerPixel})`),
  seed: z.int().min(0).default(7).describe('the same seed gives the same bytes'),
  sclerotic: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of glomeruli that are sclerotic, label 2 (default: 0)'),
  medulla: z.number().min(0).max(0.6).optional().describe('share that is medulla (default: the seed decides)'),
  pen: z.int().min(0).max(50).optional().describe('pen strokes on the glass (default: 0)'),
  folds: z.int().min(0).max(200).optional().describe('folds of the section (default: 0)'),
  blur: z.number().min(0).max(1).optional().describe('share that is out of focus, about (default: 0)'),
  statedScale: z
    .boolean()
    .default(false)
    .describe("hubmap: state micrometres per pixel in the TIFFs, which the competition's do not"),
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
    'ftu synth --layout hubmap --out kaggle',
  ],
  async run({ slide, out, layout, statedScale, ...given }, context) {
    if ((slide === undefined) === (out === undefined)) {
      throw new UsageError('ftu synth needs --out FOLDER, or the name of one slide (.tif); see ftu synth --help');
    }
    if (layout === 'hubmap') return writeHubmap(out, { ...given, statedScale }, context);
    if (statedScale) throw new UsageError('--stated-scale is for --layout hubmap; other slides always state theirs');
    const options = completed(given);
    if (out !== undefined) await writeFolder(out, options, context);
    else if (slide !== undefined) {
      if (given.count !== undefined) throw new UsageError('--count is for --out FOLDER; here one slide is written');
      await writeOne(slide, options, context);
    }
  },
});

type Given = Omit<z.infer<typeof schema>, 'slide' | 'out' | 'layout' | 'statedScale'>;

function completed(given: Given) {
  const { count, width, height, micronsPerPixel, seed, medulla, sclerotic = 0, pen = 0, folds = 0, blur = 0 } = given;
  return {
    count: count ?? defaults.count,
    width: width ?? defaults.width,
    height: height ?? defaults.height,
    micronsPerPixel: micronsPerPixel ?? defaults.micronsPerPixel,
    ...{ seed, medulla, sclerotic, pen, folds, blur },
  };
}

type Options = ReturnType<typeof completed>;

async function writeHubmap(
  out: string | undefined,
  { seed, statedScale, ...others }: Given & { readonly statedScale: boolean },
  context: CommandContext,
): Promise<void> {
  if (out === undefined) throw new UsageError('ftu synth --layout hubmap needs --out FOLDER');
  const [other] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (other !== undefined) {
    throw new UsageError(`--${kebab(other)} has no say in --layout hubmap, whose slides are as the competition's`);
  }
  const files = await writeHubmapFolder({
    ...{ out, seed, statedScale, signal: context.signal },
    onProgress: (done, total) => context.progress(`synthesising ${done}/${total}`),
  });
  context.print(
    `the competition in ${files.competition}, external tiles in ${files.external}, further slides in ${files.extra}; truth of the test slides in ${files.truth}`,
  );
}

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
