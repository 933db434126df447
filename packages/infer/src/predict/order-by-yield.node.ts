/**
 * The first pass of a cascade over a slide of a table, and over all of them: the slides of which most is expected for the work that is left come first, so that a
 * prediction that is stopped has seen the best. What comes out of a slide does not depend on the order.
 */
import { join } from 'node:path';
import { FtuError, lookAt, type Raster, type SlideLook } from '@ftuseg/core';
import { openSlide, type Slide, type SlideRow } from '@ftuseg/slide';
import { openBandFolder } from '../band-store/band-folder.node.js';
import type { Cascade } from '../cascade/cascade.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { fingerprintOf, type Prediction } from '../outputs/fingerprint.node.js';
import { readRecord } from '../outputs/output-folder.node.js';
import { coarseName } from '../outputs/output-names.js';
import type { SlidePlan } from '../plan/plan.js';
import { planRow } from '../plan/plan-row.js';
import { readOverview } from '../tiles/background.js';
import { type CoarsePass, type CoarsePassOptions, coarsePass } from './coarse-pass.js';

/** What the first pass needs to know of a prediction. */
export interface CoarseJob extends Pick<Prediction, 'ensemble' | 'settings' | 'contentOf'> {
  readonly out: string;
  readonly cascade: Cascade;
  readonly bandColumns: number | undefined;
  readonly signal: AbortSignal | undefined;
}

interface SeenSlide {
  readonly slide: Slide;
  readonly plan: SlidePlan;
  readonly overview: Raster;
  readonly look: SlideLook;
}

/** The first pass over a slide, or on from its bands. @throws {FtuError} as `coarsePass` */
export async function coarsePassOf(
  row: SlideRow,
  { slide, plan, overview, look }: SeenSlide,
  { out, cascade, contentOf, bandColumns, signal }: CoarseJob,
  onProgress: CoarsePassOptions['onProgress'],
): Promise<CoarsePass> {
  const { ensemble, settings } = cascade;
  const fingerprint = await fingerprintOf(row, { ensemble, settings, outputs: [], outlines: 'exact', contentOf });
  const store = await openBandFolder(join(out, coarseName(row.id)), fingerprint);
  return coarsePass(slide, plan, cascade, { store, overview, look, bandColumns, signal, onProgress });
}

/** Of a slide that nobody needs to look at, or that cannot be: it fails or is taken over when its turn comes, in no time. */
const FIRST = Number.POSITIVE_INFINITY;

/**
 * @param onProgress made for each slide, by its place in the table and its area in pixels
 * @returns places in the table, in the order in which slides are best predicted
 * @throws {FtuError} `cancelled`
 */
export async function orderByYield(
  rows: readonly SlideRow[],
  job: CoarseJob & { readonly overwrite: boolean },
  onProgress: (index: number, area: number) => CoarsePassOptions['onProgress'],
): Promise<number[]> {
  const { out, ensemble, settings, signal, overwrite } = job;
  const yieldOf = async (row: SlideRow, index: number): Promise<number> => {
    if (!overwrite && (await readRecord(out, row.id)) !== undefined) return FIRST;
    const slide = await openSlide(row.image);
    try {
      const { plan } = planRow(slide, row, ensemble, settings);
      const overview = await readOverview(slide, signal);
      const seen = { slide, plan, overview, look: lookAt(overview) };
      return (await coarsePassOf(row, seen, job, onProgress(index, slide.width * slide.height))).yieldPerTile;
    } finally {
      await slide.close();
    }
  };
  const yields: number[] = [];
  for (const [index, row] of rows.entries()) {
    throwIfCancelled(signal);
    const found = await yieldOf(row, index).catch((error: unknown) => {
      if (error instanceof FtuError && error.code === 'cancelled') throw error;
      return FIRST;
    });
    yields.push(found);
  }
  return [...rows.keys()].sort((a, b) => (yields[a] === yields[b] ? a - b : (yields[b] ?? 0) - (yields[a] ?? 0)));
}
