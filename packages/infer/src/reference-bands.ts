/**
 * The published solution's way over a slide, literally: windows of level-0 pixels on its own grid, each shrunk, predicted,
 * refined, enlarged and thresholded by itself, and their masks joined by OR. Kept because its numbers should be reproducible; a tile's
 * mistakes near its border stay in the mask, which is why it is not the default.
 */
import { crop, denseCrf, FtuError, type Raster, type Rect, raster, resizeArea } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { toBatch } from './batch.js';
import { throwIfCancelled } from './cancel.js';
import { inOrder } from './in-order.js';
import { type ColumnRuns, LevelZero } from './level-zero.js';
import type { SlidePlan } from './plan.js';
import type { PredictBandsOptions, PredictedBand } from './predict-bands.js';
import { jobsUnderWay, runNetwork } from './run-jobs.js';
import { sigmoid } from './sigmoid.js';
import { UnionColumns } from './union-columns.js';
import { seen, unseen } from './views.js';

/**
 * The reference's grid along one axis: `length / (window - overlap)` windows, rounded down, and one more, evenly spread from 0, the last
 * of them moved to the end.
 */
export function referenceGrid(length: number, window: number, overlap: number): number[] {
  if (length <= window) return [0];
  const count = Math.floor(length / (window - overlap)) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
  starts[count - 1] = length - window;
  return [...new Set(starts)].sort((a, b) => a - b);
}

interface Geometry {
  readonly tile: number;
  /** Side of a window, level-0 pixels. */
  readonly window: number;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

function geometryOf({ members, classes, slide, grid }: SlidePlan): Geometry {
  const fail = (problem: string): never => {
    throw new FtuError('unsupported', problem, {
      subject: 'prediction settings',
      hint: 'merge by hann, gaussian, mean or center',
    });
  };
  const [first] = members;
  if (first === undefined) throw new RangeError('an ensemble has members');
  if (classes.length > 1) fail('masks of several classes cannot be joined by "or"');
  const { layout, overlap } = first;
  for (const member of members) {
    const same = member.layout.tile === layout.tile && member.grid.downsample === first.grid.downsample;
    if (!same) fail('models of different resolutions or tile sizes cannot be joined by "or"');
  }
  const window = Math.max(1, Math.round(layout.tile * grid.downsample));
  const shared = Math.min(Math.round(overlap * grid.downsample), window - 1);
  return {
    tile: layout.tile,
    window,
    columns: referenceGrid(slide.width, window, shared),
    rows: referenceGrid(slide.height, window, shared),
  };
}

/**
 * Bands end where columns of windows begin. The probabilities, for pictures and averages only, are the highest of all windows.
 * @throws {FtuError} `unsupported` for several classes, or models that do not share one grid
 */
export async function* referenceBands(
  slide: Slide,
  plan: SlidePlan,
  { signal, state, onProgress }: PredictBandsOptions,
): AsyncGenerator<PredictedBand, void, undefined> {
  const geometry = geometryOf(plan);
  const { window, columns, rows } = geometry;
  const { grid } = plan;
  const from = state?.column ?? 0;
  const total = columns.length * rows.length * plan.views.length * plan.members.length;
  const needed = columns.filter((x) => x + window > from || columns.length === 1);
  let done = (columns.length - needed.length) * rows.length * plan.views.length * plan.members.length;
  const union = new UnionColumns(plan, from, state?.gridRight ?? 0);
  const tiles = async function* () {
    for (const x of needed) for (const y of rows) yield () => predictWindow(slide, plan, geometry, x, y, signal);
  };
  let left = rows.length;
  let column = 0;
  for await (const { place, probability } of inOrder(tiles(), jobsUnderWay(plan))) {
    throwIfCancelled(signal);
    union.add(place, windowRuns(probability, place, window, plan), probability);
    done += plan.views.length * plan.members.length;
    onProgress?.({ done, total });
    if (--left > 0) continue;
    left = rows.length;
    const next = needed[++column];
    const end = next ?? plan.slide.width;
    const gridEnd = next === undefined ? grid.width : Math.min(Math.round(next / grid.downsample), grid.width);
    if (end > from) yield union.take(end, gridEnd);
  }
}

/** One window through all members and views. */
async function predictWindow(
  slide: Slide,
  plan: SlidePlan,
  { tile, window }: Geometry,
  x: number,
  y: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly place: Rect; readonly probability: Raster<Float32Array> }> {
  const { width, height } = plan.slide;
  const place = { x, y, width: Math.min(window, width - x), height: Math.min(window, height - y) };
  const pixels = await slide.readRegion({ ...place, downsample: 1 }, { signal });
  const whole = crop(pixels, { x: 0, y: 0, width: window, height: window });
  const image = window === tile ? whole : resizeArea(whole, tile, tile);
  const sum = new Float32Array(tile * tile);
  for (const [index, member] of plan.members.entries()) {
    for (const view of plan.views) {
      const { data, shape } = toBatch([seen(image, view)], member.model.card);
      const logits = unseen(await runNetwork(plan, index, data, shape), tile, view);
      const weight = member.share / plan.views.length;
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * sigmoid(logits[i] as number);
    }
  }
  for (let i = 0; i < sum.length; i++) sum[i] = Math.min(sum[i] as number, 1);
  const probability = raster(tile, tile, 1, sum);
  const { crf } = plan.settings;
  if (crf === undefined) return { place, probability };
  return { place, probability: denseCrf(probability, crf, crf.bilateral && { image }) };
}

/** Enlarged to the window and thresholded; what lies beyond the slide is cut off. */
function windowRuns(
  probability: Raster<Float32Array>,
  place: Rect,
  window: number,
  { settings }: SlidePlan,
): ColumnRuns {
  const levelZero = new LevelZero(probability, { width: window, height: window }, settings.threshold);
  const runs = levelZero.push(probability);
  if (place.width === window && place.height === window) return runs;
  const kept: number[] = [];
  const counts = new Uint32Array(place.width);
  for (let x = 0, run = 0; x < window; x++) {
    for (const end = run + (runs.counts[x] as number); run < end; run++) {
      if (x >= place.width || (runs.starts[run] as number) >= place.height) continue;
      kept.push(run);
      counts[x] = (counts[x] as number) + 1;
    }
  }
  return {
    ...{ left: 0, counts },
    starts: Int32Array.from(kept, (run) => runs.starts[run] as number),
    ends: Int32Array.from(kept, (run) => Math.min(runs.ends[run] as number, place.height)),
    labels: Uint8Array.from(kept, (run) => runs.labels[run] as number),
    peaks: Float32Array.from(kept, (run) => runs.peaks[run] as number),
  };
}
