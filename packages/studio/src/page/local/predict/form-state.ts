/** What was chosen for a prediction, and whether that is possible. */
import type { PredictSettings } from '@ftuseg/infer/browser';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ModelRecord } from '../store/records.js';
import type { Models } from './models.js';
import type { ComputeChoice } from './predict-methods.js';

export const viewChoices = ['none', 'reference', 'd4'] as const;
export type ViewChoice = (typeof viewChoices)[number];

export interface FormState {
  /** Digests; several are an ensemble. */
  readonly chosen: Signal<readonly string[]>;
  /** Of these, those that are there, in the list's order. */
  readonly models: ReadonlySignal<readonly ModelRecord[]>;
  /** Undefined: as the card says. */
  readonly threshold: Signal<number | undefined>;
  readonly views: Signal<ViewChoice>;
  /** Square micrometres; undefined: as the card says. */
  readonly minimumArea: Signal<number | undefined>;
  /** Undefined: there is no graphics card to choose. */
  readonly computeOn: Signal<ComputeChoice> | undefined;
  readonly settings: ReadonlySignal<PredictSettings>;
  /** Why nothing can start; undefined: it can. */
  readonly problem: ReadonlySignal<string | undefined>;
}

export function createForm({ list }: Models, hasGraphicsCard: boolean): FormState {
  const chosen = signal<readonly string[]>([]);
  const threshold = signal<number | undefined>(undefined);
  const views = signal<ViewChoice>('none');
  const minimumArea = signal<number | undefined>(undefined);
  const computeOn = hasGraphicsCard ? signal<ComputeChoice>('faster') : undefined;
  const models = computed(() => {
    const picked = list.value.filter(({ sha256 }) => chosen.value.includes(sha256));
    return picked.length > 0 ? picked : list.value.slice(0, 1);
  });
  const settings = computed(
    (): PredictSettings => ({
      views: views.value,
      ...(threshold.value === undefined ? {} : { threshold: threshold.value }),
      ...(minimumArea.value === undefined ? {} : { minimumArea: minimumArea.value }),
    }),
  );
  const problem = computed((): string | undefined => {
    const [first, ...others] = models.value;
    if (first === undefined) return 'There is no model: choose a file that `ftu train` or `ftu export` wrote.';
    const names = JSON.stringify(first.classes);
    const other = others.find(({ classes }) => JSON.stringify(classes) !== names);
    if (other !== undefined) return `${first.name} and ${other.name} find different classes: choose one of them.`;
    const { value } = threshold;
    if (value !== undefined && !(value >= 0 && value <= 1)) return 'The threshold is a probability, from 0 to 1.';
    const { value: area } = minimumArea;
    if (area !== undefined && !(area >= 0)) return 'The smallest area is a number of square micrometres, 0 or more.';
    return undefined;
  });
  return { chosen, models, threshold, views, minimumArea, computeOn, settings, problem };
}
