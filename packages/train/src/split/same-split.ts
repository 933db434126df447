/**
 * A run that is taken up must train on the slides that it began with: a split that is made anew, by another table or another version, would
 * train on slides that validate.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { parse } from 'yaml';
import { z } from 'zod';
import { runFiles } from '../run-folder/run-folder.js';
import type { Split } from './split.js';

const ranSchema = z.object({ run: z.object({ trainedOn: z.array(z.string()), validatedOn: z.array(z.string()) }) });

/**
 * @throws FtuError 'bad-input' where the folder's run has other slides on its sides
 */
export async function requireSameSplit(folder: string, { train, validate }: Split): Promise<void> {
  const text = await readFile(join(folder, runFiles.config), 'utf8').catch(() => '');
  const ran = ranSchema.safeParse(parse(text));
  if (!ran.success) return;
  const { trainedOn, validatedOn } = ran.data.run;
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
