/** The scale of a slide whose file states none: what a person says, or what is estimated and she confirms. */
import { MAX_MICRONS, MIN_MICRONS } from '@ftuseg/core';
import { type SizedEstimate, scaleDigits } from '@ftuseg/infer/browser';
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { sentenceOf } from '../../state/messages.js';
import type { Library } from '../slides/library.js';

export type ScaleEstimateState =
  | { readonly state: 'idle' }
  /** The scale that is assumed, micrometres per pixel; undefined: the model is being opened. */
  | { readonly state: 'asking'; readonly assumed: number | undefined }
  | { readonly state: 'ready'; readonly estimate: SizedEstimate }
  | { readonly state: 'failed'; readonly problem: string };

export interface SlideScale {
  /** Whether the open slide's file states no scale. */
  readonly isMissing: ReadonlySignal<boolean>;
  /** Micrometres per level-0 pixel of the open slide that a person stated. */
  readonly stated: ReadonlySignal<number | undefined>;
  /** Why what was typed is no scale. */
  readonly problem: ReadonlySignal<string | undefined>;
  readonly estimate: ReadonlySignal<ScaleEstimateState>;
  /** What was typed; undefined: nothing. It is kept, where it is a scale. */
  readonly state: (micronsPerPixel: number | undefined) => Promise<void>;
  /** Looks at the slide at several scales; what is found is stated. */
  readonly ask: () => Promise<void>;
}

export interface SlideScaleOptions {
  readonly library: Library;
  /** The open slide; undefined: none. */
  readonly slide: ReadonlySignal<string | undefined>;
  /** @returns undefined where nothing of a fitting size is found */
  readonly estimateScale: (
    slide: string,
    assumed: (micronsPerPixel: number) => void,
  ) => Promise<SizedEstimate | undefined>;
  /** The scale of a slide is another: what is shown of it, too. */
  readonly changed: () => Promise<void>;
}

const NOTHING_FOUND =
  'Nothing of the size of what the model knows is found at any scale: type the scale, which the scanner or the microscope tells.';

export function createSlideScale({ library, slide, estimateScale, changed }: SlideScaleOptions): SlideScale {
  const problem = signal<string | undefined>(undefined);
  const estimate = signal<ScaleEstimateState>({ state: 'idle' });
  const record = computed(() => library.slides.value.find((one) => one.record.id === slide.value)?.record);
  effect(() => {
    void slide.value;
    problem.value = undefined;
    estimate.value = { state: 'idle' };
  });

  const keep = async (id: string, micronsPerPixel: number | undefined, by?: SizedEstimate): Promise<void> => {
    await library.stateScale(id, micronsPerPixel, by);
    await changed();
  };
  return {
    isMissing: computed(() => record.value?.facts !== undefined && record.value.facts.pixelSize === undefined),
    stated: computed(() => record.value?.micronsPerPixel),
    problem,
    estimate,
    state: async (micronsPerPixel) => {
      const id = slide.peek();
      if (id === undefined) return;
      const isScale =
        micronsPerPixel === undefined || (micronsPerPixel >= MIN_MICRONS && micronsPerPixel <= MAX_MICRONS);
      problem.value = isScale ? undefined : `Micrometres per pixel are from ${MIN_MICRONS} to ${MAX_MICRONS}.`;
      if (isScale) await keep(id, micronsPerPixel);
    },
    ask: async () => {
      const id = slide.peek();
      if (id === undefined || estimate.peek().state === 'asking') return;
      const say = (next: ScaleEstimateState): void => {
        if (slide.peek() === id) estimate.value = next;
      };
      say({ state: 'asking', assumed: undefined });
      try {
        const found = await estimateScale(id, (assumed) => say({ state: 'asking', assumed }));
        if (found === undefined) say({ state: 'failed', problem: NOTHING_FOUND });
        else {
          problem.value = undefined;
          await keep(id, scaleDigits(found.micronsPerPixel), found);
          say({ state: 'ready', estimate: found });
        }
      } catch (error) {
        say({ state: 'failed', problem: sentenceOf(error) });
      }
    },
  };
}
