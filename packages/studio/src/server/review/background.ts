/** Measures the slides of a prediction one after another while the studio is used: the queue grows as they become known. */
import { basename, join } from 'node:path';
import { FtuError, listNames, pixelArea, pixelSize } from '@ftuseg/core';
import type { MeasuredItem } from '../../review/item.js';
import type { KnownItems } from '../../review/live-review.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import { scaleOfSlide } from '../measures/slide-facts.js';
import { sentenceOf } from '../problem.js';
import type { SlideFiles } from './measure-slide.js';
import { measuredOnce } from './measured-files.js';

export interface Background extends KnownItems {
  /** Resolves when all slides were tried. */
  readonly done: Promise<void>;
}

/** What a slide is measured from; undefined: it cannot be opened. */
export async function filesOf(prediction: OpenPrediction, slide: StudioSlide): Promise<SlideFiles | undefined> {
  const size = await slide.size();
  if (size === undefined) return undefined;
  const maps = new Map<string, string>();
  for (const name of prediction.classes) {
    const path = prediction.fileOf('probability', slide, name);
    if (path !== undefined) maps.set(name, path);
  }
  const known = await scaleOfSlide(slide, prediction).catch(() => undefined);
  return {
    id: slide.id,
    size,
    pixelUm2: known === undefined ? undefined : pixelArea(pixelSize(known)),
    geojson: prediction.fileOf('geojson', slide),
    objects: prediction.fileOf('objects', slide),
    maps,
    thresholds: prediction.thresholds,
  };
}

/** With the name of the file at fault, whose folder a page need not know. */
const problemOf = (error: unknown): string =>
  error instanceof FtuError && error.subject !== undefined
    ? `${basename(error.subject)}: ${error.problem}`
    : sentenceOf(error);

/** Begins at once. */
export function measureInBackground(context: StudioContext, prediction: OpenPrediction): Background {
  const items = new Map<string, MeasuredItem>();
  const withItems = new Set<string>();
  const failed: { slide: string; problem: string }[] = [];
  const slidesOf = new Map<string, string[]>();
  let measured = 0;
  const one = async (slide: StudioSlide): Promise<void> => {
    const files = await filesOf(prediction, slide);
    if (files === undefined) throw new FtuError('bad-input', 'the slide cannot be opened');
    const found = await measuredOnce(files, join(context.workFolder, 'review'), context.signal);
    for (const item of found.items) items.set(item.id, item);
    if (found.items.length > 0) withItems.add(slide.id);
    for (const note of found.notes) slidesOf.set(note, [...(slidesOf.get(note) ?? []), slide.row.id]);
    measured++;
  };
  const all = async (): Promise<void> => {
    for (const slide of context.slides) {
      if (context.signal.aborted) return;
      await one(slide).catch((error: unknown) => {
        if (context.signal.aborted) return;
        failed.push({ slide: slide.row.id, problem: problemOf(error) });
      });
      // Other requests come first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    measured: () => measured,
    knows: (slide) => withItems.has(slide),
    items: () => [...items.values()],
    item: (id) => items.get(id),
    failed: () => failed,
    notes: () => [...slidesOf].map(([note, slides]) => `${listNames(slides)}: ${note}`),
    done: all(),
  };
}
