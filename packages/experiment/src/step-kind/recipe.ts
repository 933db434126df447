/** A recipe as data, whatever kinds of steps there are. The kinds say what is in their own steps. */
import type { z } from 'zod';
import type { slidesSchema } from './step-schema.js';

/** What every step of a recipe has. The further keys are those of its kind. */
export interface BaseStep {
  /** The kind of the step. */
  readonly do: string;
  readonly out?: string | undefined;
}

export type SlidesSource = z.output<typeof slidesSchema>;

export interface Recipe {
  readonly name: string;
  readonly out?: string | undefined;
  readonly seed?: number | undefined;
  readonly slides: Readonly<Record<string, SlidesSource>>;
  readonly steps: Readonly<Record<string, BaseStep>>;
}

/** Where in a recipe: keys from the top. */
export type RecipePath = readonly (string | number)[];

/** A step that another step names. */
export interface Reference {
  /** The key that names it, inside the step. */
  readonly at: RecipePath;
  readonly name: string;
  /** The kinds that the named step may have. */
  readonly kinds: readonly string[];
}

/** An entry of `slides` that a step works on. */
export interface SlideUse {
  readonly slides: string;
  /**
   * `labels`: the step reads their labels; `validation`: they validate a training; `pseudo-labels`: networks label them;
   * `pictures`: the step reads nothing but the pictures.
   */
  readonly as: 'pictures' | 'labels' | 'validation' | 'pseudo-labels';
  /** The step that messages name, where it is another one. */
  readonly step?: string | undefined;
  /** Of a validation: the steps whose data the training learns from beside its own. */
  readonly learnsFrom?: readonly string[] | undefined;
}

/** References of one key, which names one step or several. */
export function namedSteps(at: RecipePath, value: string | readonly string[], kinds: readonly string[]): Reference[] {
  return typeof value === 'string'
    ? [{ at, name: value, kinds }]
    : value.map((name, i) => ({ at: [...at, i], name, kinds }));
}
