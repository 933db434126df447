/**
 * The published solution's way over a slide, literally: windows of level-0 pixels on its own grid, each shrunk, predicted in several views,
 * refined, enlarged and thresholded by itself, and their masks joined by OR. Kept because its numbers should be reproducible; a tile's
 * mistakes near its border stay in the mask, which is why it is not the default.
 */
import {
  type CrfOptions,
  createDenseCrf,
  crop,
  type DenseCrf,
  FtuError,
  type Raster,
  type Rect,
  raster,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { PredictBandsOptions, PredictedBand } from '../bands/predicted-band.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { inOrder } from '../concurrency/in-order.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { type WindowGrid, windowGrid } from '../plan/reference-grid.js';
import { applyViewToTile, invertViewOfPlanes } from '../plan/views.js';
import { sigmoid } from '../stitch/sigmoid.js';
import { toBatch } from '../tiles/batch.js';
import { coloursOf, type MemberColours } from '../tiles/member-colours.js';
import { readAround } from '../tiles/read-window.js';
import { jobsUnderWay, runNetwork } from '../tiles/run-jobs.js';
import { UnionColumns } from './union-columns.js';
import { type Picture, rounded, WindowPictures } from './window-picture.js';
import { windowRuns } from './window-runs.js';

interface Geometry extends WindowGrid {
  /** Side of what the networks see. */
  readonly tile: number;
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
  return { tile: layout.tile, ...windowGrid(slide, layout.tile, overlap, grid.downsample) };
}

/**
 * Bands end where columns of windows begin. The probabilities, for pictures and averages only, are the highest of all windows.
 * @throws {FtuError} `unsupported` for several classes, or models that do not share one grid
 */
export async function* referenceBands(
  slide: Slide,
  plan: SlidePlan,
  { signal, state, colours, onProgress, onUnreadable }: PredictBandsOptions,
): AsyncGenerator<PredictedBand, void, undefined> {
  const geometry = geometryOf(plan);
  const { window, columns, rows } = geometry;
  const { grid } = plan;
  const from = state?.column ?? 0;
  const total = columns.length * rows.length * plan.views.length * plan.members.length;
  const needed = columns.filter((x) => x + window > from || columns.length === 1);
  let done = (columns.length - needed.length) * rows.length * plan.views.length * plan.members.length;
  const union = new UnionColumns(plan, from, state?.gridRight ?? 0);
  const { crf } = plan.settings;
  const refine = crf && refiner(crf);
  const reading = { slide, signal, onUnreadable, colours: colours ?? (await coloursOf(slide, plan, signal)) };
  const windows = async function* () {
    for (const x of needed) for (const y of rows) yield () => predictWindow(reading, plan, geometry, { x, y }, refine);
  };
  let left = rows.length;
  let column = 0;
  const rule = { window, threshold: plan.settings.threshold[0] ?? 0.5, refined: crf !== undefined };
  for await (const { place, probability } of inOrder(windows(), jobsUnderWay(plan))) {
    throwIfCancelled(signal);
    union.add(place, windowRuns(probability, place, rule), probability);
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

type Refine = (probability: Raster<Float32Array>, picture: Picture) => Raster<Float32Array>;

/** DenseCRF over windows, with one memory for all. */
function refiner(crf: CrfOptions): Refine {
  const network: DenseCrf = createDenseCrf(crf);
  return (probability, picture) =>
    network.infer(probability, crf.bilateral === undefined ? {} : { image: rounded(picture) });
}

interface Reading extends Pick<PredictBandsOptions, 'signal' | 'onUnreadable'> {
  readonly slide: Slide;
  readonly colours: MemberColours;
}

/** One window through all members and views: the mean of the views for each member, and the members' mean by weight. */
async function predictWindow(
  { slide, signal, colours, onUnreadable }: Reading,
  plan: SlidePlan,
  { tile, window }: Geometry,
  { x, y }: { readonly x: number; readonly y: number },
  refine: Refine | undefined,
): Promise<{ readonly place: Rect; readonly probability: Raster<Float32Array> }> {
  const { width, height } = plan.slide;
  const place = { x, y, width: Math.min(window, width - x), height: Math.min(window, height - y) };
  const pixels = await readAround(slide, plan.slide, place, signal, (piece) => onUnreadable?.(piece));
  const pictures = new WindowPictures(crop(pixels, { x: 0, y: 0, width: window, height: window }), tile);
  const sum = new Float32Array(tile * tile);
  for (const member of plan.members) {
    const picture = pictures.for(member.model.card);
    // Training saw colours changed in 8 bits; without such a change nothing is rounded.
    const shown = colours.changes(member) ? colours.show(member, rounded(picture)) : picture;
    await addMember(sum, plan, member, shown, place);
  }
  for (let i = 0; i < sum.length; i++) sum[i] = Math.min(sum[i] as number, 1);
  const probability = raster(tile, tile, 1, sum);
  const [first] = plan.members;
  if (refine === undefined || first === undefined) return { place, probability };
  return { place, probability: refine(probability, pictures.for(first.model.card)) };
}

/** Adds a member's share of the probabilities; as many views as its session likes go together. */
async function addMember(
  sum: Float32Array,
  plan: SlidePlan,
  member: Member,
  picture: Picture,
  place: Rect,
): Promise<void> {
  const { share, batchSize } = member;
  const { tile } = member.layout;
  const { session, card } = member.model;
  const weight = share / plan.views.length;
  for (let from = 0; from < plan.views.length; from += batchSize) {
    const views = plan.views.slice(from, from + batchSize);
    const shown = views.map((view) => applyViewToTile<Uint8Array | Float32Array>(picture, view));
    const { data, shape } = toBatch(shown, card, session.acquire?.(views.length * 3 * tile * tile));
    const logits = await runNetwork(member, data, shape, () => place);
    for (const [n, view] of views.entries()) {
      const plane = invertViewOfPlanes(logits.subarray(n * sum.length, (n + 1) * sum.length), tile, view);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * sigmoid(plane[i] as number);
    }
    session.release?.(logits);
  }
}
