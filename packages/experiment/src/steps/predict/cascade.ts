/** The coarse network of a predict step's cascade: a model file beside the recipe. */
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { loadModel, type SegmentationModel } from '@ftuseg/infer';
import { fileDigest } from '../../records/digest.js';
import type { CheckedRecipe, RunContext } from '../../step-kind/step-kind.js';
import type { PredictStep } from './schema.js';

/** Relative paths count from the recipe. */
export const cascadePath = (cascade: string, { file }: Pick<CheckedRecipe, 'file'>): string =>
  resolve(file.folder, cascade);

/** Of the file's bytes, for a step's inputs; null for a file that is not there, which the preflight says. */
export async function cascadeDigest({ cascade }: PredictStep, { checked }: Pick<RunContext, 'checked'>) {
  if (cascade === undefined) return undefined;
  return fileDigest(cascadePath(cascade, checked)).catch((error: unknown) => {
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
  const coarse = await loadModel(cascadePath(cascade, checked), { device, threads, onNote: note });
  try {
    return await work(coarse);
  } finally {
    await coarse.close();
  }
}
