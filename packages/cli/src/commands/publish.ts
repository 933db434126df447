/** `ftu publish`: models or data become a Kaggle data set, for notebooks that have no network. */
import { packageDataset, publishDataset } from '@ftuseg/experiment';
import { z } from 'zod';
import { defineCommand } from '../command.js';
import { UsageError } from '../usage-error.js';

export const publish = defineCommand({
  name: 'publish',
  summary: 'Package a run or files as a Kaggle data set, and upload it if the kaggle tool is set up.',
  schema: z.object({
    run: z.string().optional().describe('folder of a training run'),
    files: z
      .array(z.string())
      .optional()
      .describe('a file or folder to package (repeat the flag)')
      .meta({ placeholder: 'PATH' }),
    out: z.string().describe('folder to write'),
    title: z.string().describe('6 to 50 characters'),
    id: z.string().describe('of the data set, as user/slug'),
    licence: z.string().default('MIT').describe('by the name that Kaggle has for it'),
    message: z.string().default('New version').describe('what has changed, if the data set exists already'),
    dryRun: z.boolean().default(false).describe('make the folder, upload nothing'),
  }),
  examples: [
    "ftu publish --run runs/b4 --out upload --title 'Glomeruli models' --id ada/glomeruli-models",
    "ftu publish --files tiles --out upload --title 'Glomeruli tiles' --id ada/glomeruli-tiles --licence CC-BY-4.0",
  ],
  async run({ message, dryRun, ...options }, context) {
    if (options.run === undefined && options.files === undefined) {
      throw new UsageError('ftu publish needs --run or --files; see ftu publish --help');
    }
    const { signal } = context;
    const { files, bytes, zip } = await packageDataset({
      ...options,
      signal,
      onProgress: (done, total) => context.progress(`packing ${Math.floor((100 * done) / Math.max(1, total))} %`),
    });
    context.print(`${files} files, ${(bytes / 1e6).toFixed(1)} MB, in ${zip}`);
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
