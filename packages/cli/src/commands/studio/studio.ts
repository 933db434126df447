/** `ftu studio`: look at slides and at what was found on them, correct it, review it, train again. */
import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { FtuError } from '@ftuseg/core';
import { readModelFile } from '@ftuseg/folders';
import { startStudio } from '@ftuseg/studio';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { file, folder, path } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { version } from '../../version.js';
import { modelPath } from '../prediction/model-argument.js';
import { openBrowser } from './open-browser.js';
import { writeStaticFolder } from './write-static-folder.js';

const schema = z.object({
  slides: path(
    'slide table (CSV), one slide, folder of slides, or a folder of ftu predict, ftu run or ftu demo (default: the slides of --predictions)',
  ).optional(),
  predictions: z.array(z.string()).optional().meta({
    placeholder: 'DIR',
    description: 'folder of ftu predict with the same slides; repeated to compare; corrections begin from the first',
  }),
  model: z.array(z.string()).optional().meta({
    placeholder: 'FILE',
    description:
      'model that the page offers for predictions: a file, or OWNER/NAME on the Hugging Face hub; repeated for several',
  }),
  work: folder(
    'folder for corrections, the review and trainings (default: NAME-studio beside the table, the slide or the predictions, studio/ in a run)',
  ).optional(),
  showLabels: z
    .boolean()
    .default(false)
    .describe('also show label and macro pictures of the slides, on which patients may be named'),
  port: z.int().min(1).max(65535).optional().describe('port to listen on (default: one that is free)'),
  host: z
    .string()
    .optional()
    .meta({ placeholder: 'NAME', description: 'address to listen on (default: 127.0.0.1, this machine alone)' }),
  tokenFile: file('file with the secret of those who come over the network; only its owner may read it').optional(),
  open: z.boolean().default(true).describe('do not open a browser'),
  static: folder(
    'write the page that works without a server, with the models of --model beside it (default: the starter model), and end; any web server can offer the folder',
  ).optional(),
});

/** Absolute paths of models, each of which can be read: the page would leave out one that cannot. */
async function checkedModels(names: readonly string[], context: CommandContext): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names) {
    const path = resolve(await modelPath(name, context));
    await readModelFile(path);
    paths.push(path);
  }
  return paths;
}

/** What somebody who opens the studio to others has to know. */
function sayNetwork(host: string | undefined, port: number, context: CommandContext): void {
  if (host === undefined || ['127.0.0.1', 'localhost', '::1'].includes(host)) return;
  context.warn(
    `port ${port} is open to all who reach ${host}: with the token they see the slides, change corrections and start trainings; the connection is not encrypted`,
  );
}

async function ended(signal: AbortSignal, lost: AbortSignal): Promise<void> {
  const either = AbortSignal.any([signal, lost]);
  if (either.aborted) return;
  await new Promise<void>((done) => either.addEventListener('abort', () => done(), { once: true }));
}

export const studio = defineCommand({
  name: 'studio',
  schema,
  positionals: ['slides'],
  groups: {
    Inputs: ['slides', 'predictions', 'model'],
    Outputs: ['work', 'static'],
    Page: ['open', 'showLabels', 'port', 'host', 'tokenFile'],
  },
  examples: [
    'ftu studio slides.csv --predictions predictions',
    'ftu studio predictions',
    'ftu studio scan.svs',
    'ftu studio demo',
    'ftu studio slides.csv --host 0.0.0.0 --port 8000 --token-file token',
    'ftu studio --static public --model model.onnx',
  ],
  async run({ static: out, ...rest }, context) {
    if (out !== undefined) return writeStaticFolder(out, rest, context);
    const { slides, predictions = [], model = [], ...options } = rest;
    if (slides === undefined && predictions.length === 0) {
      throw new UsageError(`ftu studio needs slides or --predictions DIR: ${studio.examples[0]}`);
    }
    const { work, open, port, host, tokenFile, showLabels } = options;
    const started = await startStudio({
      input: slides,
      predictions,
      models: await checkedModels(model, context),
      work: work === undefined ? undefined : resolve(work),
      port,
      host,
      tokenFile,
      showLabels,
      ftu: [process.execPath, fileURLToPath(new URL('../../../bin/ftu.js', import.meta.url))],
      version,
      signal: context.signal,
      onNote: context.note,
      onAddress: (address) => context.note(`opened; for another browser: ${address}`),
    });
    try {
      sayNetwork(host, started.port, context);
      context.note(`corrections are kept in ${started.workFolder}; Ctrl-C ends the studio`);
      context.print(started.address);
      if (open) openBrowser(started.address);
      await ended(context.signal, started.lost);
    } finally {
      await started.close();
    }
    if (started.lost.aborted && !context.signal.aborted) {
      const hint = 'start the studio again when no other uses the folder';
      throw new FtuError('unavailable', 'another process has taken it', { subject: started.workFolder, hint });
    }
    throw new FtuError('cancelled', 'the studio has ended');
  },
});
