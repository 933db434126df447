/** A recipe file as data that is checked, where every complaint names the line that it is about. */
import { dirname, resolve } from 'node:path';
import { FtuError, nearestName } from '@ftuseg/core';
import { readRegularText } from '@ftuseg/files';
import { checkSchema, type SchemaProblem } from '@ftuseg/nn';
import { assignSetting, isPlainObject, type PlainObject, parseYamlDocument } from '@ftuseg/train';
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter } from 'yaml';
import { z } from 'zod';
import type { RecipePath } from '../step-kind/recipe.js';
import type { RecipeFile } from '../step-kind/step-kind.js';
import { slidesSchema } from '../step-kind/step-schema.js';
import { stepKinds } from '../steps/kinds.js';
import { recipeSchema } from './schema.js';

const KIND_NAMES = [...stepKinds.keys()];

/** Line of a key, or of the nearest place above it that the file has; undefined: it came from elsewhere. */
function lineOf(document: Document, lines: LineCounter, at: RecipePath): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const key of at) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!isScalar(pair?.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

/** What the step at a place says that it does; '' where it says nothing. */
function kindAt(at: RecipePath, recipe: PlainObject): string {
  let value: unknown = recipe;
  for (const key of [...at, 'do']) value = isPlainObject(value) ? value[key] : undefined;
  return typeof value === 'string' ? value : '';
}

/** The keys that are allowed at a place. */
function keysAt(at: RecipePath, recipe: PlainObject): readonly string[] {
  const [first, , third] = at;
  if (at.length === 0) return Object.keys(recipeSchema.shape);
  if (first === 'slides') return Object.keys(slidesSchema.shape);
  if (first !== 'steps' || third !== undefined) return [];
  return Object.keys(stepKinds.get(kindAt(at, recipe))?.schema.shape ?? {});
}

interface Complaint {
  readonly at: RecipePath;
  readonly problem: string;
}

/** What the schema found, in the words of a recipe. */
function complaints(problems: readonly SchemaProblem[], recipe: PlainObject): Complaint[] {
  return problems.map(({ path: at, problem: words, issue }): Complaint => {
    const where = at.length === 0 ? '' : `${at.join('.')}: `;
    if (issue.code === 'unrecognized_keys') {
      const [key = ''] = issue.keys;
      const nearest = nearestName(key, keysAt(at, recipe));
      const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      return { at: [...at, key], problem: `there is no key "${[...at, key].join('.')}"${meant}` };
    }
    if (issue.code === 'invalid_union' && at.at(-1) === 'do') {
      const step = at.slice(0, -1);
      const kind = kindAt(step, recipe);
      const nearest = nearestName(kind, KIND_NAMES);
      const problem =
        kind === ''
          ? `says not what it does with \`do: ${KIND_NAMES.join(' | ')}\``
          : `there is no step "${kind}"; did you mean "${nearest}"?`;
      return { at, problem: `${step.join('.')}: ${problem}` };
    }
    return { at, problem: `${where}${words}` };
  });
}

/**
 * Reads a recipe and checks each key by itself; what only steps together can get wrong is for `checkRecipe`.
 *
 * @param assignments `PATH=VALUE`, laid over the file
 * @throws {FtuError} `not-found`, `io`; `bad-input` that names the line
 * @example
 * const { recipe } = await readRecipe('recipes/small.yaml', ['seed=2']);
 */
export async function readRecipe(path: string, assignments: readonly string[] = []): Promise<RecipeFile> {
  return parseRecipe(await readRegularText(path), path, assignments);
}

/**
 * The same for a text that need not be in its file yet.
 * @throws {FtuError} `bad-input` that names the line
 * @example
 * const { recipe } = parseRecipe(text, 'recipes/small.yaml');
 */
export function parseRecipe(text: string, path: string, assignments: readonly string[] = []): RecipeFile {
  const lines = new LineCounter();
  const { document, plain } = parseYamlDocument(text, path, { lineCounter: lines, merge: true });
  const fail = (at: RecipePath, problem: string, hint?: string): FtuError => {
    const line = lineOf(document, lines, at);
    return new FtuError('bad-input', `${line === undefined ? '' : `line ${line}: `}${problem}`, {
      subject: path,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (!isPlainObject(plain)) throw fail([], 'a recipe holds `name`, `slides` and `steps`');
  for (const assignment of assignments) assignSetting(plain, assignment);
  const parsed = checkSchema(recipeSchema, plain);
  if (!parsed.success) {
    const [first, ...rest] = complaints(parsed.problems, plain);
    if (first === undefined) throw fail([], 'this is not a recipe');
    const more = rest.length === 0 ? undefined : `${rest.length} more of its keys are wrong`;
    throw fail(first.at, first.problem, more);
  }
  const absolute = resolve(path);
  return { recipe: parsed.data, path: absolute, folder: dirname(absolute), kinds: stepKinds, fail };
}

/** The JSON Schema of recipes, for editors. */
export const recipeJsonSchema = (): unknown => ({
  ...z.toJSONSchema(recipeSchema, { io: 'input' }),
  title: 'ftuseg recipe',
});
