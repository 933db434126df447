/** `ftu publish`: models, data or the program itself become a Kaggle data set, for notebooks that have no network. */
import { fileURLToPath } from 'node:url';
import { counted } from '@ftuseg/core';
import { packageCode, packageDataset, publishDataset } from '@ftuseg/experiment';
import { z } from 'zod';
import { checkWords } from '../../parser/check-words.js';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { file, folder } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import { version } from '../../version.js';
import { predict } from '../prediction/predict.js';

/** The package that has the program. */
const entry = fileURLToPath(new URL('../../../', import.meta.url));

const standsAlone = process.platform === 'linux' && process.arch === 'x64';

const schema = z.object({
  run: folder('folder of a training run').optional(),
  files: z
    .array(z.string())
    .optional()
    .meta({ placeholder: 'PATH', description: 'a file or folder to package; may be repeated' }),
  code: z
    .boolean()
    .default(false)
    .describe('package the program for notebooks (Linux, x64), with a notebook that predicts test slides'),
  node: file(
    'code: program of Node.js for Linux on x64 that goes along, or none (default: the one that runs this)',
  ).optional(),
  models: z.array(z.string()).optional().meta({
    placeholder: 'ID',
    description: 'code: a data set of models that the notebook attaches, as user/slug; may be repeated',
  }),
  competition: z.string().optional().describe('code: slug of the competition (default: hubmap-kidney-segmentation)'),
  settings: z.string().optional().meta({
    placeholder: 'OPTIONS',
    description: 'code: options of ftu predict for the notebook, in one text: "--views reference --downsample 4"',
  }),
  out: folder('folder to write'),
  title: z.string().describe('6 to 50 characters'),
  id: z.string().meta({ placeholder: 'ID', description: 'of the data set, as user/slug' }),
  licence: z.string().default('MIT').describe('by the name that Kaggle has for it'),
  message: z.string().default('New version').describe('what has changed, if the data set exists already'),
  dryRun: z.boolean().default(false).describe('make the folder, upload nothing'),
});
type Options = z.output<typeof schema>;

function refuseIdle({ run, files, code, node, models, competition, settings }: Options): void {
  const named = run !== undefined || files !== undefined;
  if (!named && !code) throw new MissingOptions('--run DIR, --files PATH or --code');
  if (named && code) throw new UsageError('ftu publish takes --run or --files, or --code alone');
  const stray = Object.entries({ node, models, competition, settings }).find(([, value]) => value !== undefined);
  if (!code && stray !== undefined) throw new UsageError(`--${stray[0]} is for --code`);
  if (code && node === undefined && !standsAlone) {
    throw new UsageError('this Node.js is not for Linux on x64: give one with --node FILE, or --node none');
  }
}

/** As the notebook gives them (see `kaggleScript`). */
const NOTEBOOK = [
  '--model',
  'm',
  '--slides',
  's',
  '--out',
  'o',
  '--outputs',
  'none',
  '--on-failure',
  'empty',
  '--max-hours',
  '8',
];

/** A notebook that fails over a mistyped option has cost a submission. */
async function checkSettings(words: readonly string[], context: CommandContext): Promise<void> {
  await checkWords(predict, [...NOTEBOOK, ...words], context).catch((error: unknown) => {
    throw error instanceof UsageError
      ? new UsageError(`--settings: ftu predict would refuse it: ${error.message}`)
      : error;
  });
}

const wordsOf = (settings: string | undefined): string[] | undefined =>
  settings?.split(/\s+/).filter((word) => word !== '');

/** Makes the folder to upload. */
function packageAll(options: Options, { signal, progress }: CommandContext) {
  const { run, files, code, node, models, competition, settings, out, title, id, licence } = options;
  const working = {
    out,
    title,
    id,
    licence,
    signal,
    onProgress: (done: number, total: number) => progress(`packing ${Math.floor((100 * done) / Math.max(1, total))} %`),
  };
  if (!code) return packageDataset({ ...working, run, files });
  return packageCode({
    ...working,
    entry,
    version,
    models,
    competition,
    node: node === 'none' ? undefined : (node ?? process.execPath),
    settings: wordsOf(settings),
  });
}

export const publish = defineCommand({
  name: 'publish',
  schema,
  groups: {
    Inputs: ['run', 'files'],
    Outputs: ['out', 'dryRun'],
    'The data set': ['title', 'id', 'licence', 'message'],
    'The program for notebooks': ['code', 'node', 'models', 'competition', 'settings'],
  },
  result: {
    files: 'how many files were packed',
    bytes: 'size of the archive',
    zip: 'the archive',
    notebook: 'with --code, folder of the notebook',
    publication:
      'kind created or updated with the id; or manual with the reason and the commands that upload it (create, update)',
  },
  examples: [
    "ftu publish --run run --out upload --title 'Glomeruli models' --id ada/glomeruli-models",
    "ftu publish --code --models ada/glomeruli-models --settings '--views reference' --out code --title 'ftuseg for notebooks' --id ada/ftuseg",
    "ftu publish --files tiles --out upload-tiles --title 'Glomeruli tiles' --id ada/glomeruli-tiles --licence CC-BY-4.0",
  ],
  async run(options, context) {
    refuseIdle(options);
    await checkSettings(wordsOf(options.settings) ?? [], context);
    const { code, out, id, message, dryRun } = options;
    const { files, bytes, zip } = await packageAll(options, context);
    context.print(`${counted(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB, in ${zip}`);
    if (code) context.print(`the notebook is in ${out}/notebook: kaggle kernels push -p ${out}/notebook`);
    if (!dryRun) context.progress(`uploading ${id}`);
    const publication = await publishDataset(out, { message, dryRun, signal: context.signal });
    if (publication.kind === 'manual') {
      context.print(`${publication.reason}; to upload it, type:`);
      context.print(`  ${publication.create}`);
      context.print(`or, if ${publication.id} exists already:`);
      context.print(`  ${publication.update}`);
    } else {
      context.print(`${publication.kind} https://www.kaggle.com/datasets/${publication.id}`);
    }
    return { files, bytes, zip, ...(code ? { notebook: `${out}/notebook` } : {}), publication };
  },
});
