/** What a run has to show: the predictions and evaluations of its finished steps, found from the folder alone, without the recipe. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists } from '@ftuseg/files';
import { evaluateOutputSchema } from '../steps/evaluate/output.js';
import { predictOutputSchema } from '../steps/predict/output.js';
import { readRecord } from './step-record.js';

export interface RunResults {
  /** Folders of `ftu predict`, by the names of the steps, the first begun first. */
  readonly predictions: readonly { readonly step: string; readonly folder: string; readonly digest: string }[];
  /** JSON of an `Evaluation` each, with the digest of the predictions that it is of; undefined where the record does not say. */
  readonly evaluations: readonly {
    readonly step: string;
    readonly file: string;
    readonly scored: string | undefined;
  }[];
}

/** A result where its step left it; after the run was moved, where it lies now. */
async function placeOf(path: string, step: string): Promise<string | undefined> {
  const moved = join(step, basename(path));
  for (const place of [path, moved]) if (await exists(place)) return place;
  return undefined;
}

/** Names of steps as the log has them: in the order of their work. */
async function orderOf(folder: string): Promise<readonly string[]> {
  const log = await readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => '');
  return [...log.matchAll(/"step":\s*"([^"]+)"/g)].map(([, name]) => name ?? '');
}

/**
 * @returns undefined for a folder without steps
 * @example
 * (await runResults('demo'))?.predictions[0]?.folder; // demo/predictions/predictions
 */
export async function runResults(folder: string): Promise<RunResults | undefined> {
  const order = await orderOf(folder);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const predictions: RunResults['predictions'][number][] = [];
  const evaluations: RunResults['evaluations'][number][] = [];
  let steps = 0;
  for (const { name: step } of names.toSorted((a, b) => place(a.name) - place(b.name))) {
    const record = await readRecord(join(folder, step));
    if (record === undefined) continue;
    steps++;
    if (record.status !== 'done') continue;
    const predicted = predictOutputSchema.safeParse(record.output).data?.predictions;
    const at = predicted === undefined ? undefined : await placeOf(predicted, join(folder, step));
    if (at !== undefined) predictions.push({ step, folder: at, digest: record.digest });
    const found = evaluateOutputSchema.safeParse(record.output).data;
    const file = found === undefined ? undefined : await placeOf(found.evaluation, join(folder, step));
    if (file !== undefined) evaluations.push({ step, file, scored: found?.scored });
  }
  return steps === 0 ? undefined : { predictions, evaluations };
}
