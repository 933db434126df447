/** The coarse network of a predict step's cascade: a model file beside the recipe. */
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { cardOf, loadModel, requireCascade, type SegmentationModel } from '@ftuseg/infer';
import { fileDigest } from '../../records/digest.js';
import type { CheckedRecipe, Preflight, RunContext } from '../../step-kind/step-kind.js';
import { isPredict, type PredictStep } from './schema.js';

/** Relative paths count from the recipe. */
const pathOf = (cascade: string, { file }: Pick<CheckedRecipe, 'file'>): string => resolve(file.folder, cascade);

/** Of the file's bytes, for a step's inputs; null for a file that is not there, which the preflight says. */
export async function cascadeDigest({ cascade }: PredictStep, { checked }: Pick<RunContext, 'checked'>) {
  if (cascade === undefined) return undefined;
  return fileDigest(pathOf(cascade, checked)).catch((error: unknown) => {
    if (error instanceof FtuError) return null;
    throw error;
  });
}

/** Runs with the coarse network loaded, or with none, and closes it however it ends. */
export async function withCascade<T>(
  { cascade }: PredictStep,
  { checked, device, threads, note }: Pick<RunContext, 'checked' | 'device' | 'threads' | 'note'>,
  work: (coarse: SegmentationModel | undefined) => Promise<T>,
): Promise<T> {
  if (cascade === undefined) return work(undefined);
  const coarse = await loadModel(pathOf(cascade, checked), { device, threads, onNote: note });
  try {
    return await work(coarse);
  } finally {
    await coarse.close();
  }
}

async function requireCascades(checked: CheckedRecipe): Promise<void> {
  for (const [name, step] of Object.entries(checked.file.recipe.steps)) {
    if (!isPredict(step) || step.cascade === undefined) continue;
    const path = pathOf(step.cascade, checked);
    try {
      requireCascade(await cardOf(path), path);
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
      throw checked.file.fail(['steps', name, 'cascade'], `step "${name}": ${path}: ${error.problem}`, error.hint);
    }
  }
}

/** A file that cannot be the first of a cascade is found before hours of training. */
export const cascadePreflight: Preflight = {
  require: requireCascades,
  missing: async (checked) => {
    await requireCascades(checked);
    return [];
  },
};
