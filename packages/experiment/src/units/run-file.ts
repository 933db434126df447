/** Which recipe an experiment's folder is of, so that a unit can be named by the folder alone, wherever that is mounted. */
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { unitsFolder } from './unit.js';

/** Paths count from the experiment's folder. */
const runSchema = z.object({
  format: z.literal(1),
  recipe: z.string(),
  root: z.string(),
  /** What was laid over the recipe. */
  set: z.array(z.string()),
  tries: z.int().min(1).optional(),
});

/** So often a unit may fail for good, where nobody says otherwise. */
export const DEFAULT_TRIES = 3;

export interface UnitRun {
  /** Absolute path of the recipe. */
  readonly recipe: string;
  /** Absolute. */
  readonly root: string;
  readonly set: readonly string[];
  /** So often a unit may fail for good before it is set aside; 3 if unset. */
  readonly tries?: number | undefined;
}

const fileOf = (out: string): string => join(unitsFolder(out), 'run.json');

/** Written anew by every process that is given the recipe: whole or not at all, and the same. */
export async function writeUnitRun(out: string, { recipe, root, set, tries }: UnitRun): Promise<void> {
  const from = (path: string): string => relative(out, path).split(sep).join('/');
  await makeFolder(unitsFolder(out));
  const text = JSON.stringify({ format: 1, recipe: from(recipe), root: from(root), set, tries }, null, 2);
  const before = await readFile(fileOf(out), 'utf8').catch(() => undefined);
  if (before !== `${text}\n`) await writeFileAtomic(fileOf(out), `${text}\n`);
}

/**
 * @param out absolute folder of an experiment
 * @throws {FtuError} `not-found` where nobody has listed its units yet; `bad-input`
 */
export async function readUnitRun(out: string): Promise<UnitRun> {
  const text = await readFile(fileOf(out), 'utf8').catch((cause: unknown) => {
    throw new FtuError('not-found', 'the folder does not say which recipe it is of', {
      subject: out,
      hint: 'give the recipe once, as in `ftu unit RECIPE --list`',
      cause,
    });
  });
  try {
    const { recipe, root, set, tries } = runSchema.parse(JSON.parse(text));
    return { recipe: resolve(out, recipe), root: resolve(out, root), set, tries };
  } catch (cause) {
    throw new FtuError('bad-input', 'this does not say which recipe the folder is of', { subject: fileOf(out), cause });
  }
}
