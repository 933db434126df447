/** One slide of a table through an ensemble, from its first tile to its record, or on from the bands that an interrupted run left. */
import { join } from 'node:path';
import { lookAt } from '@ftuseg/core';
import { openSlide } from '@ftuseg/slide';
import { openBandFolder, removeBandFolder } from '../band-store/band-folder.node.js';
import type { TileProgress } from '../bands/predicted-band.js';
import type { Cascade } from '../cascade/cascade.js';
import type { Ensemble } from '../model/ensemble.js';
import { resultSeries } from '../outputs/dicom/result-series.node.js';
import { fingerprintOf, type Prediction } from '../outputs/fingerprint.node.js';
import { finishSlide } from '../outputs/finish-slide.node.js';
import { type KeptSlide, writeKept } from '../outputs/output-folder.node.js';
import { COARSE, type OutlineChoice, type OutputName, unfinishedName } from '../outputs/output-names.js';
import type { ScaledRow } from '../outputs/scale-estimate.js';
import { planRow } from '../plan/plan-row.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { backgroundTest, readOverview } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import { slideAppearance } from '../tiles/slide-appearance.js';
import { coarsePassOf } from './order-by-yield.node.js';
import { outcomeOf } from './slide-outcome.js';
import { storeBands } from './store-bands.js';

/** How a slide is predicted, and where to. */
export interface RowJob {
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
  readonly contentOf: Prediction['contentOf'];
  readonly signal: AbortSignal | undefined;
  readonly bandColumns: number | undefined;
  /** Called once the last tile of this slide is predicted, if no slide comes after it. */
  readonly releaseModels: (() => Promise<void>) | undefined;
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  /** Who looks first, and where the models look then; undefined: they look everywhere. */
  readonly cascade: Cascade | undefined;
  /** What is less than was asked, to end in time; undefined for nothing. */
  readonly reduced: string | undefined;
}

/** Which pass over a slide: a cascade's first, or the models'. */
export type PassName = 'coarse' | 'models';

/** @param area pixels of the slide */
export type Reporter = (area: number, pass: PassName) => (progress: TileProgress) => void;

/**
 * Predicts a slide and writes what is wanted of it, its record last.
 * @throws {FtuError} what the slide, the models or the disk throw; `cancelled`
 */
export async function predictRow(row: ScaledRow, job: RowJob, reporter: Reporter): Promise<KeptSlide> {
  const { out, outputs, outlines, signal, ensemble, settings, cascade: coarse, bandColumns, reduced } = job;
  const { id, image } = row;
  const fingerprint = await fingerprintOf(row, job);
  const began = performance.now();
  const slide = await openSlide(image);
  try {
    const { plan, warning } = planRow(slide, row, ensemble, settings);
    const series = await resultSeries(slide, image, plan, outputs);
    const folder = join(out, unfinishedName(id));
    const store = await openBandFolder(folder, fingerprint, [COARSE]);
    const overview = await readOverview(slide, signal);
    const look = lookAt(overview);
    const colours = await memberColours(slide, plan, overview);
    const area = slide.width * slide.height;
    const cascade =
      coarse &&
      (await coarsePassOf(row, { slide, plan, overview, look }, { ...job, cascade: coarse }, reporter(area, 'coarse')));
    await storeBands(slide, plan, store, {
      signal,
      bandColumns,
      onProgress: reporter(area, 'models'),
      choice: cascade?.choice,
      isBackground: backgroundTest(look),
      spread: outputs.includes('disagreement'),
      colours,
    });
    await job.releaseModels?.();
    const appearance = await slideAppearance(slide, plan, colours, signal);
    const options = { out, id, outputs, outlines, overview, look, series, signal };
    const { described, codes, files, notes } = await finishSlide(slide, plan, store, options);
    const seconds = Math.round(performance.now() - began) / 1000;
    const parts = {
      id,
      image,
      fingerprint,
      scaleEstimate: row.scaleEstimate,
      plan,
      store,
      described,
      look,
      appearance,
      cascade,
      seconds,
      reduced,
      files,
      notes,
    };
    const outcome = outcomeOf({ ...parts, warnings: [warning, ...(slide.info.warnings ?? []), ...colours.warnings] });
    const finished = { fingerprint, outcome, codes };
    await writeKept(out, finished);
    await removeBandFolder(folder);
    return finished;
  } finally {
    await slide.close();
  }
}
