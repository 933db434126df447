/** The objects of a prediction in memory as GeoJSON, in Node and in a page: the features of `ftu predict`'s file. */
import { objectsOf, type Raster, type RunMask } from '@ftuseg/core';
import { collectionText, qupathOrigin } from '@ftuseg/slide/browser';
import type { SlidePlan } from '../../plan/plan.js';
import type { OutlineChoice } from '../output-names.js';
import { objectId } from './object-id.js';
import { measureObjects } from './object-measures.js';
import { statisticsInMemory } from './object-statistics.js';
import { outlineFeatures, outlineTolerance, qupathCorner } from './outline-features.js';

export interface PredictedObjects {
  readonly plan: SlidePlan;
  /** On the plan's grid, H x W x classes, 0..1. */
  readonly probability: Raster<Float32Array>;
  /** See `SlidePrediction`. */
  readonly agreement: Raster | undefined;
  /** Level-0 labels, after post-processing. */
  readonly mask: RunMask;
}

export interface GeoJsonOptions {
  /** Of the slide: objects of slides with other ids have other ids. */
  readonly id?: string;
  /** Few corners within a stated distance of the mask's (the default), or every corner of the mask. */
  readonly outlines?: OutlineChoice;
}

/**
 * A FeatureCollection with an annotation for each object: outline in level-0 pixels, class, size and mean probability. QuPath imports it: of a slide that is
 * larger than what was scanned it counts from the scanned bounds, as QuPath does, and states that corner as `coordinate_origin`.
 *
 * @param prediction of `predictSlide`
 * @example
 * const text = await geoJsonOf(await predictSlide(slide, [model]), { id: 'slide-1' });
 */
export async function geoJsonOf(
  { plan, probability, agreement, mask }: PredictedObjects,
  { id = '', outlines = 'simplified' }: GeoJsonOptions = {},
): Promise<string> {
  const found = objectsOf(mask);
  const statistics = await statisticsInMemory(mask, found, probability, agreement);
  const measured = measureObjects(mask, found, statistics, plan);
  const ids = measured.map((object, i) => objectId(id, i, object));
  const simplify = outlines === 'exact' ? undefined : outlineTolerance(plan);
  const pieces: string[] = [];
  const features = outlineFeatures({ mask, found, measured, ids, simplify }, qupathCorner(plan));
  for await (const piece of collectionText(features, qupathOrigin(plan.slide))) pieces.push(piece);
  return pieces.join('');
}
