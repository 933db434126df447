/** What a run keeps of its settings (`config.yaml`), and what it ran on: the one reader of a file that four packages ask. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { checkSchema, problemText } from '@ftuseg/nn';
import { z } from 'zod';
import { isPlainObject, OWN_FILE_LIMITS, type PlainObject, parseYaml } from '../yaml/read-yaml.js';
import { runFiles } from './run-files.js';

/** What a fold ran on. The file of a run of several folds says nothing of it: their own files do. */
const runFactsSchema = z.object({
  /** The prepared data set, an absolute path. */
  data: z.string().optional(),
  classes: z.array(z.string()).optional(),
  /** How many trained it together; absent: one. */
  processes: z.int().min(1).optional(),
  /** Whether each of them normalised by its slice of a batch. */
  localBatchNorm: z.boolean().optional(),
  /** Of the rasters of all slides; absent in runs of earlier versions. */
  pixels: z.string().optional(),
  /** Keys of slides: their ids, or `source/id` where two sources have the same id. */
  trainedOn: z.array(z.string()).optional(),
  validatedOn: z.array(z.string()).optional(),
  /** The file or folder that the weights started from, an absolute path, or a Hugging Face id; `none` and null for a random start. */
  encoderWeights: z
    .union([z.object({ path: z.string() }), z.string()])
    .nullable()
    .optional(),
});

export type RunFacts = z.output<typeof runFactsSchema>;

export interface RunConfig {
  /** As `trainConfigSchema` of `@ftuseg/train` takes them; of another version perhaps, so that nothing is checked here. */
  readonly settings: PlainObject;
  readonly facts: RunFacts;
}

/**
 * Reads the settings of a run, or of one of its folds. A run of any size can be read: it names every slide that it was trained on.
 *
 * @throws FtuError 'not-found' for a folder without a run, 'bad-input' for a damaged file, 'io'
 * @example
 * const { settings, facts } = await readRunConfig('run/fold-0');
 */
export async function readRunConfig(folder: string): Promise<RunConfig> {
  const path = join(folder, runFiles.config);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw ioError(error, path, 'be read');
    throw new FtuError('not-found', 'there is no run in this folder', {
      subject: folder,
      hint: 'give the folder of a run',
    });
  });
  const found = parseYaml(text, path, OWN_FILE_LIMITS);
  if (!isPlainObject(found)) throw new FtuError('bad-input', 'does not hold settings', { subject: path });
  const { run = {}, ...settings } = found;
  const facts = checkSchema(runFactsSchema, run);
  if (facts.success) return { settings, facts: facts.data };
  throw new FtuError('bad-input', `this is not what a run keeps of its settings: ${problemText(facts.problems[0])}`, {
    subject: path,
  });
}

/** What a fold ran on; nothing where there is no run yet. @throws FtuError as `readRunConfig`, but for 'not-found' */
export async function findRunFacts(folder: string): Promise<RunFacts | undefined> {
  try {
    return (await readRunConfig(folder)).facts;
  } catch (error) {
    if (error instanceof FtuError && error.code === 'not-found') return undefined;
    throw error;
  }
}
