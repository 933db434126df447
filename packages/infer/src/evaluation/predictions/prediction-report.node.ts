/**
 * Which results in a folder of `ftu predict` belong together: `predictions.json` names them by fingerprint, and is there only when the
 * prediction came to its end.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { z } from 'zod';
import { readRecord } from '../../outputs/output-folder.node.js';
import { reportFile } from '../../outputs/output-names.js';

/** Names of the classes in the order of a slide's masks. Not in records of every version. */
export const predictedFacts = z.object({ classes: z.array(z.object({ name: z.string() })) });

const reportSchema = z.object({
  slides: z.array(
    z.union([
      z.object({
        status: z.literal('predicted'),
        id: z.string(),
        fingerprint: z.string().optional(),
        facts: predictedFacts.optional(),
      }),
      z.object({ status: z.literal('failed'), id: z.string(), problem: z.string() }),
    ]),
  ),
});

/** What became of each slide. */
export type PredictionReport = ReadonlyMap<string, z.output<typeof reportSchema>['slides'][number]>;

const again = 'run the same `ftu predict` again: it takes over what is there';

/** Whether `ftu predict` has begun to write into a folder. */
async function isBegun(folder: string): Promise<boolean> {
  const isFolder = (name: string): Promise<boolean> =>
    stat(join(folder, name)).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (!(await isFolder('slides'))) return false;
  if (await isFolder('unfinished')) return true;
  for (const name of await readdir(join(folder, 'slides'))) {
    if (name.endsWith('.json') && (await readRecord(folder, name.slice(0, -'.json'.length))) !== undefined) return true;
  }
  return false;
}

/**
 * @returns undefined for a folder that `ftu predict` has not written
 * @throws {FtuError} `bad-input` for one that it has begun and not finished, and for a damaged report
 */
export async function readReport(folder: string): Promise<PredictionReport | undefined> {
  const path = join(folder, reportFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    if (!(await isBegun(folder))) return undefined;
    throw new FtuError('bad-input', 'the prediction in this folder was interrupted, or is still going on', {
      subject: folder,
      hint: again,
    });
  }
  const report = reportSchema.safeParse(parseJson(text, 'this', { subject: path, hint: again }));
  if (!report.success) {
    throw new FtuError('bad-input', 'this is not a report of ftu predict', { subject: path, hint: again });
  }
  return new Map(report.data.slides.map((slide) => [slide.id, slide]));
}

/** @throws {FtuError} unless the folder's record of the slide is the one that its report names */
export async function requirePredicted(folder: string, report: PredictionReport, id: string): Promise<void> {
  const slide = report.get(id);
  const fail = (code: 'not-found' | 'bad-input', problem: string, hint: string): never => {
    throw new FtuError(code, `slide ${id} ${problem}`, { subject: folder, hint });
  };
  if (slide === undefined) return fail('not-found', `is not in ${reportFile}`, 'predict it as well, or leave it out');
  if (slide.status === 'failed') return fail('bad-input', `could not be predicted (${slide.problem})`, again);
  const record = await readRecord(folder, id);
  if (record === undefined) return fail('not-found', 'has lost its record, or it is damaged', again);
  if (slide.fingerprint !== record.fingerprint) {
    fail('bad-input', `has a record of another prediction than ${reportFile}`, again);
  }
}
