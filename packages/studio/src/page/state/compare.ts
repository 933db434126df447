/** Two sets of outlines beside or over each other: what is compared, and where the line between them is. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OutlineLayer } from '../../protocol/slides.js';
import { layerKey } from './layers.js';

export type CompareMode = 'off' | 'side' | 'swipe';

export interface Compared {
  readonly left: OutlineLayer;
  readonly right: OutlineLayer;
}

export interface CompareState {
  readonly mode: Signal<CompareMode>;
  /** Keys of layers, which are the same on every slide; undefined: the first that makes sense. */
  readonly left: Signal<string | undefined>;
  readonly right: Signal<string | undefined>;
  /** 0 to 1, from the left edge of the view. */
  readonly swipe: Signal<number>;
  /** What can be compared on the open slide. */
  readonly choices: ReadonlySignal<readonly OutlineLayer[]>;
  /** Undefined: comparison is off, or the slide has fewer than two sets. */
  readonly compared: ReadonlySignal<Compared | undefined>;
}

const comparable: ReadonlySet<OutlineLayer['kind']> = new Set(['prediction', 'corrected', 'truth']);

export function createCompare(layers: ReadonlySignal<readonly OutlineLayer[]>): CompareState {
  const mode = signal<CompareMode>('off');
  const left = signal<string | undefined>(undefined);
  const right = signal<string | undefined>(undefined);
  const choices = computed(() => layers.value.filter(({ kind }) => comparable.has(kind)));
  const find = (key: string | undefined): OutlineLayer | undefined =>
    choices.value.find((layer) => layerKey(layer) === key);
  const compared = computed<Compared | undefined>(() => {
    if (mode.value === 'off') return undefined;
    const first = find(left.value) ?? choices.value[0];
    // Against the truth if there is one, else against the next prediction.
    const others = choices.value.filter((layer) => layer !== first);
    const second = find(right.value) ?? others.find(({ kind }) => kind === 'truth') ?? others[0];
    return first === undefined || second === undefined ? undefined : { left: first, right: second };
  });
  return { mode, left, right, swipe: signal(0.5), choices, compared };
}
