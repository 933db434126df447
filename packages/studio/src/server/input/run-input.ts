/** A folder of `ftu run` or `ftu demo`: its slides by the recipe that lies in it, else by its predictions. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { checkRecipe, type RunResults, readRecipe } from '@ftuseg/experiment';
import { exists, fileIdentity, isAddress } from '@ftuseg/files';
import { type SlideRow, truthSource } from '@ftuseg/slide';
import { z } from 'zod';
import { sentenceOf } from '../problem.js';
import { reportedRows } from './reported-rows.js';
import type { StudioInput } from './studio-input.js';

const evaluationSchema = z.object({ slides: z.array(z.object({ id: z.string(), dice: z.number() })) });

/** Every slide of the recipe once, with its labels where any of the recipe's tables has them. */
async function recipeRows(
  folder: string,
  onNote: (sentence: string) => void,
): Promise<readonly SlideRow[] | undefined> {
  const path = join(folder, 'recipe.yaml');
  if (!(await exists(path))) {
    onNote('the run holds no recipe, so that truth is not known; `ftu studio TABLE --predictions DIR` shows it');
    return undefined;
  }
  try {
    const { slides } = await checkRecipe(await readRecipe(path), folder);
    const rows = new Map<string, SlideRow>();
    for (const row of [...slides.values()].flat()) {
      const before = rows.get(row.id);
      if (before === undefined || (truthSource(before) === undefined && truthSource(row) !== undefined)) {
        rows.set(row.id, row);
      }
    }
    return [...rows.values()];
  } catch (error) {
    onNote(`slides and truth are taken from the predictions alone: recipe.yaml: ${sentenceOf(error)}`);
    return undefined;
  }
}

/** Whether labels that are files were written after `file`. */
async function newerLabels(file: string, rows: readonly SlideRow[]): Promise<boolean> {
  const { mtimeMs: scored } = await stat(file);
  for (const { mask, annotations } of rows) {
    for (const path of [mask, annotations]) {
      if (path === undefined || isAddress(path)) continue;
      const found = await fileIdentity(path).catch(() => undefined);
      if (found !== undefined && found.modified > scored) return true;
    }
  }
  return false;
}

/**
 * The scores of a run's evaluation, if it is of the prediction and the labels that are shown: a run that was stopped between the two steps has older
 * ones. Of several predictions or evaluations none is taken. Where this has none, the studio scores by itself.
 */
async function diceOf(
  { predictions, evaluations }: RunResults,
  rows: readonly SlideRow[],
): Promise<ReadonlyMap<string, number>> {
  const [[prediction], [evaluation]] = [predictions, evaluations];
  if (evaluation === undefined || evaluations.length > 1 || predictions.length > 1) return new Map();
  if (evaluation.scored !== prediction?.digest || (await newerLabels(evaluation.file, rows))) return new Map();
  const subject = evaluation.file;
  const json = parseJson(await readFile(subject, 'utf8'), 'this', { subject, hint: 'delete it to evaluate again' });
  return new Map(evaluationSchema.safeParse(json).data?.slides.map(({ id, dice }) => [id, dice]) ?? []);
}

/** @param folder absolute */
export async function runInput(
  folder: string,
  results: RunResults,
  onNote: (sentence: string) => void,
): Promise<StudioInput> {
  const predictions = results.predictions.map(({ step, folder: at }) => ({ folder: at, name: step }));
  const folders = predictions.map((one) => one.folder);
  const rows = (await recipeRows(folder, onNote)) ?? (await reportedRows(folders));
  if (rows.length === 0) {
    throw new FtuError('not-found', 'the run has neither a recipe nor finished predictions', {
      subject: folder,
      hint: 'let `ftu run` end, or give a slide table',
    });
  }
  const workFolder = join(folder, 'studio');
  return { title: basename(folder), rows, predictions, workFolder, dice: await diceOf(results, rows) };
}
