/** Which other steps a step names, so that order, circles and what runs again follow from the recipe alone. */
import type { RecipePath } from './read-recipe.js';
import type { Recipe, Step, StepKind } from './schema.js';

export interface Reference {
  /** Of the key that names it, inside the step. */
  readonly at: RecipePath;
  readonly name: string;
  /** What the named step may do. */
  readonly kinds: readonly StepKind[];
}

const models: readonly StepKind[] = ['select', 'train'];

function list(key: RecipePath, value: string | readonly string[], kinds: readonly StepKind[]): Reference[] {
  return typeof value === 'string'
    ? [{ at: key, name: value, kinds }]
    : value.map((name, i) => ({ at: [...key, i], name, kinds }));
}

/** The steps that a step builds on, in the order of its keys; a report builds on all that are no reports. */
export function referencesOf(step: Step, recipe: Recipe): Reference[] {
  const tuned = 'tuned' in step && step.tuned !== undefined ? list(['tuned'], step.tuned, ['tune']) : [];
  switch (step.do) {
    case 'prepare':
      return [];
    case 'train':
      return [
        ...list(['data'], step.data, ['prepare']),
        ...Object.entries(step.sources).flatMap(([name, { data }]) =>
          list(['sources', name, 'data'], data, ['prepare', 'pseudo-label']),
        ),
        ...(step.encoderFrom === undefined ? [] : list(['encoderFrom'], step.encoderFrom, ['train'])),
      ];
    case 'select':
      return list(['from'], step.from, ['train']);
    case 'predict':
      return [...list(['models'], step.models, models), ...tuned];
    case 'pseudo-label':
      return [...list(['models'], step.models, models), ...list(['like'], step.like, ['prepare']), ...tuned];
    case 'tune':
      return list(['models'], step.models, ['train']);
    case 'evaluate':
      return list(['predictions'], step.predictions, ['predict']);
    case 'ablate':
      return Object.entries(step.stages).flatMap(([title, names]) => list(['stages', title], names, models));
    case 'report':
      return Object.entries(recipe.steps).flatMap(([name, other]) =>
        other.do === 'report' ? [] : [{ at: [], name, kinds: [other.do] }],
      );
  }
}

/** The entry of `slides` that a step reads, with the key that names it. */
export function slidesOf(step: Step): { readonly at: RecipePath; readonly name: string } | undefined {
  return 'slides' in step ? { at: ['slides'], name: step.slides } : undefined;
}
