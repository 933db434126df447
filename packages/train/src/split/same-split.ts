/**
 * A run that is taken up must train on the slides that it began with: a split that is made anew, by another table or another version, would
 * train on slides that validate.
 */
import { FtuError } from '@ftuseg/core';
import { findRunFacts } from '@ftuseg/folders';
import { pixelsDigest } from '../dataset/pixels-digest.js';
import type { Sources } from '../dataset/sources.js';
import type { Split } from './split.js';

/**
 * @throws FtuError 'bad-input' where the folder's run has other slides on its sides
 */
export async function requireSameSplit(folder: string, { train, validate }: Split): Promise<void> {
  const { trainedOn, validatedOn } = (await findRunFacts(folder)) ?? {};
  // Runs of the first versions did not say.
  if (trainedOn === undefined || validatedOn === undefined) return;
  const same = (before: readonly string[], now: readonly { readonly key: string }[]): boolean =>
    before.length === now.length && before.every((key, i) => key === now[i]?.key);
  if (same(trainedOn, train) && same(validatedOn, validate)) return;
  throw new FtuError(
    'bad-input',
    'the run was begun with other slides to train and to validate on than the data give now',
    {
      subject: folder,
      hint: 'train anew in another folder, or with `--overwrite`',
    },
  );
}

/**
 * @throws FtuError 'bad-input' where a fold of the run began with other rasters, or finished with them: folds of several data sets are no run
 */
export async function requireSamePixels(folder: string, sources: Sources): Promise<void> {
  const pixels = (await findRunFacts(folder))?.pixels;
  if (pixels === undefined || pixels === pixelsDigest(sources)) return;
  throw new FtuError('bad-input', 'the run was begun with other rasters or labels than the data set has now', {
    subject: folder,
    hint: 'prepare the data set as it was, or train anew in another folder or with `--overwrite`',
  });
}
