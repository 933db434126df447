/** What each source of slides is to a training. */
import type { SourceSlide, TrainConfigInput } from '@ftuseg/train';
import type { Recipe } from '../../step-kind/recipe.js';
import { isPicturesOnly } from '../prepare/pictures-only.js';
import { isPrepare, type PrepareStep } from '../prepare/schema.js';
import { isPseudoLabel } from '../pseudo-label/schema.js';
import type { TrainStep } from './schema.js';

type Source = TrainStep['sources'][string];

/** The only role that a step's data can have, where there is one. */
export function onlyRole(recipe: Recipe, data: string): 'pseudo' | 'unlabelled' | undefined {
  const step = recipe.steps[data];
  if (isPseudoLabel(step)) return 'pseudo';
  return isPicturesOnly(recipe, step) ? 'unlabelled' : undefined;
}

/** The role that a source says, or that follows from the step that made its data. */
export const roleOf = (recipe: Recipe, { data, role }: Source): SourceSlide['role'] =>
  role ?? onlyRole(recipe, data) ?? 'external';

/**
 * The sources as a training takes them.
 * @param dataOf the folder of a step's data
 */
export const sourcesOf = (
  recipe: Recipe,
  { sources }: Pick<TrainStep, 'sources'>,
  dataOf: (step: string) => string,
): Pick<TrainConfigInput, 'sources'> => {
  const named = Object.entries(sources).map(
    ([name, source]) => [name, { ...source, data: dataOf(source.data), role: roleOf(recipe, source) }] as const,
  );
  return named.length === 0 ? {} : { sources: Object.fromEntries(named) };
};

/** The steps whose data validate, or would where a training validates: that of `data` and those of official sources. */
export const officialData = (recipe: Recipe, { data, sources }: Pick<TrainStep, 'data' | 'sources'>): string[] => [
  data,
  ...Object.values(sources).flatMap((source) => (roleOf(recipe, source) === 'official' ? [source.data] : [])),
];

/** These prepare steps. */
export const officialPrepares = (recipe: Recipe, step: Pick<TrainStep, 'data' | 'sources'>): PrepareStep[] =>
  officialData(recipe, step).flatMap((name) => {
    const data = recipe.steps[name];
    return isPrepare(data) ? [data] : [];
  });
