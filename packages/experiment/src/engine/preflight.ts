/** What steps need before the first one of a run begins, however late they come. */
import { kindOf } from '../step-kind/kind-of.js';
import type { CheckedRecipe, Preflight, RunContext } from '../step-kind/step-kind.js';

const preflightsOf = ({ file }: CheckedRecipe): Preflight[] => {
  const used = new Set(Object.values(file.recipe.steps).map((step) => kindOf(file, step)));
  return [...file.kinds.values()].flatMap((kind) => (used.has(kind) ? (kind.preflight ?? []) : []));
};

/** Fetches and checks it. @throws {FtuError} `bad-input` with the line */
export async function requirePreflights(
  checked: CheckedRecipe,
  reporter: Pick<RunContext, 'signal' | 'note' | 'progress'>,
): Promise<void> {
  for (const preflight of preflightsOf(checked)) await preflight.require(checked, reporter);
}

/**
 * What `requirePreflights` would download, without doing so.
 * @returns sentences for people
 * @throws {FtuError} as `requirePreflights`, but for the network
 * @example
 * for (const sentence of await missingStarts(checked)) console.log(sentence);
 */
export async function missingStarts(checked: CheckedRecipe): Promise<string[]> {
  const sentences: string[] = [];
  for (const preflight of preflightsOf(checked)) sentences.push(...(await preflight.missing(checked)));
  return sentences;
}
