/** `ftu synth`: slides to try things on, with exact truth; many small ones in a folder, one of any size as a pyramid, or Kaggle's folder. */
import { HARD_FEATURES, stainChoices } from '@ftuseg/synth';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { file, folder } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import { type SynthOptions, writeFolder, writeHubmap, writeOne, writeStarter } from './synth-write.js';

/** Of slides that are asked for one by one or in a table; Kaggle's folder has its own. */
const defaults = { count: 4, width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 };

const preset = Object.entries(HARD_FEATURES)
  .map(([name, value]) => `--${name} ${value}`)
  .join(' ');

const schema = z.object({
  slide: file('write one pyramid, .tif, with its mask, RLE and GeoJSON beside it')
    .meta({ placeholder: 'SLIDE' })
    .optional(),
  out: folder('instead, a folder to write: slides.csv, images/, masks/; or see --layout').optional(),
  layout: z
    .enum(['table', 'hubmap', 'starter'])
    .default('table')
    .describe(
      'of the folder: table; hubmap: the competition "HuBMAP - Hacking the Kidney" with 8 + 3 slides, external tiles and two extra slides; or starter: the 138 slides that the starter model and recipes/all-hospitals.yaml are trained on, in four sets with a table of all',
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
  seed: z.int().min(0).optional().describe(`the same seed gives the same bytes (default: ${defaults.seed})`),
  stain: z
    .enum(stainChoices)
    .optional()
    .describe(
      "pas, he (haematoxylin and eosin), masson (trichrome), silver (Jones, PASM), or mixed: each slide's seed decides (default: pas)",
    ),
  sclerotic: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of glomeruli that are sclerotic, label 2 (default: 0)'),
  medulla: z.number().min(0).max(0.6).optional().describe('share that is medulla (default: the seed decides)'),
  pen: z.int().min(0).max(50).optional().describe('pen strokes on the slide (default: 0)'),
  folds: z.int().min(0).max(200).optional().describe('folds of the section (default: 0)'),
  blur: z.number().min(0).max(1).optional().describe('share that is out of focus, about (default: 0)'),
  casts: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('how much room is taken by dilated tubules with casts (default: 0)'),
  scars: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('how much is scarred: fibrous stroma, patches of scar, hyaline vessels, capsule (default: 0)'),
  variants: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'share of glomeruli of unusual size or form: large, small, collapsed, cystic, segmentally sclerosed, hypercellular (default: 0)',
    ),
  cores: z.boolean().default(false).describe('tissue as cores of a needle biopsy'),
  hard: z.boolean().default(false).describe(`${preset}; what is given by itself wins`),
  statedScale: z
    .boolean()
    .default(false)
    .describe("hubmap: state micrometres per pixel in the TIFFs, which the competition's do not"),
});

type Given = Omit<z.infer<typeof schema>, 'slide' | 'out' | 'layout' | 'statedScale'>;

const NOTHING = { sclerotic: 0, casts: 0, scars: 0, variants: 0 };

const completed = (given: Given): SynthOptions => {
  const usual = given.hard ? HARD_FEATURES : NOTHING;
  return {
    count: given.count ?? defaults.count,
    width: given.width ?? defaults.width,
    height: given.height ?? defaults.height,
    micronsPerPixel: given.micronsPerPixel ?? defaults.micronsPerPixel,
    seed: given.seed ?? defaults.seed,
    stain: given.stain,
    medulla: given.medulla,
    sclerotic: given.sclerotic ?? usual.sclerotic,
    casts: given.casts ?? usual.casts,
    scars: given.scars ?? usual.scars,
    variants: given.variants ?? usual.variants,
    cores: given.cores,
    pen: given.pen ?? 0,
    folds: given.folds ?? 0,
    blur: given.blur ?? 0,
  };
};

/** Whose slides these layouts have: they are always the same, and what else is given would do nothing. */
const fixed = { hubmap: "the competition's", starter: "the starter model's" } as const;

function refuseIdle(layout: keyof typeof fixed, given: Readonly<Record<string, unknown>>): void {
  const idle = Object.entries(given).find(([, value]) => value !== undefined && value !== false);
  if (idle === undefined) return;
  const [name] = idle;
  throw new UsageError(`--${kebab(name)} has no say in --layout ${layout}, whose slides are as ${fixed[layout]}`);
}

export const synth = defineCommand({
  name: 'synth',
  positionals: ['slide'],
  schema,
  groups: {
    Outputs: ['slide', 'out', 'layout'],
    'What to make': ['count', 'width', 'height', 'micronsPerPixel', 'seed', 'stain', 'statedScale'],
    'What is in a slide': [
      'hard',
      'sclerotic',
      'casts',
      'scars',
      'variants',
      'cores',
      'medulla',
      'pen',
      'folds',
      'blur',
    ],
  },
  result: {
    table: 'the slide table (not with --layout hubmap)',
    slides: 'of a folder, each slide with its files and glomeruli',
    files: 'of one slide or of --layout hubmap, the other files and folders',
    glomeruli: 'of one slide, how many it has',
    sclerotic: 'of one slide, how many of these are sclerotic',
    stain: 'of one slide, the stain that it has',
  },
  examples: [
    'ftu synth --count 4 --width 1600 --height 1600 --microns-per-pixel 2 --seed 7 --out slides',
    'ftu synth --width 4000 --height 3000 --microns-per-pixel 1 --sclerotic 0.1 big.tif',
    'ftu synth --count 8 --width 800 --height 800 --stain mixed --hard --cores --out varied',
    'ftu synth --layout hubmap --out kaggle',
    'ftu synth --layout starter --out starter-slides',
  ],
  async run({ slide, out, layout, statedScale, ...given }, context) {
    if ((slide === undefined) === (out === undefined)) {
      throw new MissingOptions('--out DIR, or the name of one SLIDE (.tif)');
    }
    if (layout !== 'table' && out === undefined) throw new UsageError(`ftu synth --layout ${layout} needs --out DIR`);
    if (layout === 'hubmap') {
      const { seed = defaults.seed, ...others } = given;
      refuseIdle(layout, others);
      return writeHubmap({ out: out ?? '', seed, statedScale }, context);
    }
    if (layout === 'starter') {
      refuseIdle(layout, { ...given, statedScale });
      return writeStarter(out ?? '', context);
    }
    if (statedScale) throw new UsageError('--stated-scale is for --layout hubmap; other slides always state theirs');
    const options = completed(given);
    if (out !== undefined) return writeFolder(out, options, context);
    if (given.count !== undefined) throw new UsageError('--count is for --out DIR; here one slide is written');
    return writeOne(slide ?? '', options, context);
  },
});
