/** What each source of slides is to a training. */
import type { SourceSlide } from '@ftuseg/train';
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
