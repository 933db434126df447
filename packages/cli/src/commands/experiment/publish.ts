/** `ftu publish`: models, data or the program itself become a Kaggle data set, for notebooks that have no network. */
import { fileURLToPath } from 'node:url';
import { packageCode, packageDataset, publishDataset } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';
import { version } from '../../version.js';

/** The package that has the program. */
const entry = fileURLToPath(new URL('../../../', import.meta.url));

const standsAlone = process.platform === 'linux' && process.arch === 'x64';

export const publish = defineCommand({
  name: 'publish',
  summary: 'Package a run, files or ftu itself as a Kaggle data set, and upload it if the kaggle tool is set up.',
  schema: z.object({
    run: z.string().optional().describe('folder of a training run'),
    files: z
      .array(z.string())
      .optional()
      .describe('a file or folder to package (repeat the flag)')
      .meta({ placeholder: 'PATH' }),
    code: z
      .boolean()
      .default(false)
      .describe('package the program for notebooks (Linux, x64), with a notebook that predicts test slides'),
    node: z
      .string()
      .optional()
      .describe('code: program of Node.js for Linux on x64 that goes along, or none (default: the one that runs this)'),
    models: z
      .array(z.string())
      .optional()
      .describe('code: a data set of models that the notebook attaches, as user/slug (repeat the flag)')
      .meta({ placeholder: 'ID' }),
    competition: z.string().optional().describe('code: slug of the competition (default: hubmap-kidney-segmentation)'),
    settings: z
      .string()
      .optional()
      .describe('code: flags of ftu predict for the notebook, in one text: "--views reference --downsample 4"'),
    out: z.string().describe('folder to write'),
    title: z.string().describe('6 to 50 characters'),
    id: z.string().describe('of the data set, as user/slug'),
    licence: z.string().default('MIT').describe('by the name that Kaggle has for it'),
    message: z.string().default('New version').describe('what has changed, if the data set exists already'),
    dryRun: z.boolean().default(false).describe('make the folder, upload nothing'),
  }),
  examples: [
    "ftu publish --run runs/b4 --out upload --title 'Glomeruli models' --id ada/glomeruli-models",
    "ftu publish --code --models ada/glomeruli-models --settings '--views reference' --out code --title 'ftuseg for notebooks' --id ada/ftuseg",
    "ftu publish --files tiles --out upload --title 'Glomeruli tiles' --id ada/glomeruli-tiles --licence CC-BY-4.0",
  ],
  async run({ message, dryRun, code, ...options }, context) {
    const { run, files: given, node, models, competition, settings, ...metadata } = options;
    if ((run !== undefined || given !== undefined) === code) {
      throw new UsageError('ftu publish needs --run or --files, or --code alone; see ftu publish --help');
    }
    const [stray] = Object.entries({ node, models, competition, settings }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    if (!code && stray !== undefined) throw new UsageError(`--${stray} is for --code`);
    if (code && node === undefined && !standsAlone) {
      throw new UsageError('this Node.js is not for Linux on x64: give one with --node FILE, or --node none');
    }
    const { signal } = context;
    const working = {
      ...{ ...metadata, signal },
      onProgress: (done: number, total: number) =>
        context.progress(`packing ${Math.floor((100 * done) / Math.max(1, total))} %`),
    };
    const { files, bytes, zip } = code
      ? await packageCode({
          ...{ ...working, entry, version, models, competition },
          node: node === 'none' ? undefined : (node ?? process.execPath),
          settings: settings?.split(/\s+/).filter((word) => word !== ''),
        })
      : await packageDataset({ ...working, run, files: given });
    context.print(`${files} files, ${(bytes / 1e6).toFixed(1)} MB, in ${zip}`);
    if (code)
      context.print(`the notebook is in ${options.out}/notebook: kaggle kernels push -p ${options.out}/notebook`);
    if (!dryRun) context.progress(`uploading ${options.id}`);
    const publication = await publishDataset(options.out, { message, dryRun, signal });
    if (publication.kind === 'manual') {
      context.print(`${publication.reason}; to upload it, type:`);
      context.print(`  ${publication.create}`);
      context.print(`or, if ${publication.id} exists already:`);
      context.print(`  ${publication.update}`);
      return;
    }
    context.print(`${publication.kind} https://www.kaggle.com/datasets/${publication.id}`);
  },
});
