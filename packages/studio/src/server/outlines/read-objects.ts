/** Objects out of the files that predictions and truths are kept in. */
import { eachOutline, FtuError, objectsOf, type RunMask } from '@ftuseg/core';
import { readTruthRuns } from '@ftuseg/infer';
import { parseClasses, readGeoJson } from '@ftuseg/slide';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { StudioSlide } from '../context.js';
import type { FoundLayer } from './found-layer.js';

type Read = ReturnType<FoundLayer['read']>;

/** As `ftu predict` names it. */
const PROBABILITY = 'Mean probability';

export function readGeoJsonObjects(path: string): Read {
  async function* objects(): AsyncGenerator<ObjectToPack> {
    for await (const { id, name = 'unclassified', polygons, measurements } of readGeoJson(path)) {
      if (polygons.length === 0) continue;
      const probability = measurements?.[PROBABILITY];
      yield { id, class: name, polygons: polygons.map(({ rings }) => rings), probability };
    }
  }
  return { objects: objects(), notes: () => [] };
}

export function readTruthObjects(slide: StudioSlide, signal: AbortSignal): Read {
  async function* objects(): AsyncGenerator<ObjectToPack> {
    const size = await slide.size();
    if (size === undefined)
      throw new FtuError('unavailable', 'the slide cannot be opened, and its truth is read by its size');
    const classes = parseClasses(undefined);
    const { classes: masks } = await readTruthRuns(slide.row, size, classes, signal);
    for (const [i, mask] of masks.entries()) yield* objectsIn(mask, classes.names[i] ?? '');
  }
  return { objects: objects(), notes: () => [] };
}

function* objectsIn(mask: RunMask, name: string): Generator<ObjectToPack> {
  for (const polygons of eachOutline(mask, objectsOf(mask))) {
    yield { class: name, polygons: polygons.map(({ rings }) => rings) };
  }
}
