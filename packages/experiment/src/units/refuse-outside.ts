/** What lies outside the root is not there on another host, or is something else: units name nothing outside. */
import { isAbsolute, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists, isAddress } from '@ftuseg/files';
import { isInside } from '../records/relative-paths.js';
import type { CheckedRecipe, RunContext } from '../step-kind/step-kind.js';

/** Strings anywhere in plain data. */
export function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) yield* stringsIn(one);
  }
}

/** @throws {FtuError} `bad-input` that names the first file or folder outside */
export async function refuseOutside(
  { file, slides }: CheckedRecipe,
  { out, root }: Pick<RunContext, 'out' | 'root'>,
): Promise<void> {
  const refuse = (what: string, path: string): void => {
    if (isAddress(path) || isInside(root, resolve(path))) return;
    throw new FtuError(
      'bad-input',
      `${what} lies outside the root ${root}, where another host need not have it: ${path}`,
      {
        subject: file.path,
        hint: 'say `--root` with a folder that holds recipe, slides and results',
      },
    );
  };
  refuse('the recipe', file.path);
  refuse('the folder of the experiment', out);
  for (const [name, source] of Object.entries(file.recipe.slides)) {
    refuse(
      `the table of slides "${name}"`,
      isAddress(source.table) ? source.table : resolve(file.folder, source.table),
    );
  }
  for (const [name, rows] of slides) {
    for (const { id, image, mask, annotations, anatomy } of rows) {
      for (const path of [image, mask, annotations, anatomy]) {
        if (path !== undefined) refuse(`a file of slide "${id}" of "${name}"`, path);
      }
    }
  }
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    for (const text of stringsIn(step)) {
      if (!isAbsolute(text) && !text.startsWith('..')) continue;
      const path = resolve(file.folder, text);
      if (await exists(path)) refuse(`a file of step "${name}"`, path);
    }
  }
}
