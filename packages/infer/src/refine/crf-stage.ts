/**
 * DenseCRF over a slide that streams by: blocks with enough context around them that their insides are what the whole slide
 * would give. Blocks lie on a grid of the slide's own, so that bands may be cut anywhere.
 */
import {
  type CrfOptions,
  createDenseCrf,
  crfHalo,
  crop,
  type DenseCrf,
  type Raster,
  type Rect,
  raster,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { throwIfCancelled, yieldToEventLoop } from '../concurrency/cancel.js';
import type { SlidePlan } from '../plan/plan.js';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import { readAround } from '../tiles/read-window.js';
import { ColumnWindow } from './column-window.js';

/**
 * Columns of a block, and about its rows: a slide's rows are shared out evenly. The context around a block reaches 60 pixels with the preset and
 * 160 with colour: around small blocks most of the work would be for context. More columns would have to be held, more rows cost memory of the
 * CRF alone.
 */
const BLOCK = 512;
const BLOCK_ROWS = 1536;

/** Rows of the blocks of a slide. */
const rowsOf = (height: number): number => Math.ceil(height / Math.ceil(height / BLOCK_ROWS));

/**
 * Where nothing within reach has a higher probability, the block keeps its probabilities: all messages say background there, so that
 * inference could only bring them nearer to 0.
 */
const QUIET = 0.02;

/** The first column that is needed to compute the columns from `left` on. */
export const crfContext = (crf: CrfOptions, left: number): number =>
  Math.max(0, Math.floor(left / BLOCK) * BLOCK - crfHalo(crf));

export interface CrfStageOptions {
  readonly crf: CrfOptions;
  /** The first column of the result, 0 if unset; maps begin at column `crfContext(crf, left)`. */
  readonly left?: number | undefined;
  /** How many maps there are, 1 if unset. */
  readonly maps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param bands from column `crfContext(crf, left)` on
 * @returns bands that end where blocks do
 */
export async function* crfBands(
  bands: AsyncIterable<ProbabilityBand>,
  slide: Slide,
  plan: SlidePlan,
  options: Omit<CrfStageOptions, 'maps'>,
): AsyncGenerator<ProbabilityBand, void, undefined> {
  const stage = new CrfStage(slide, plan, options);
  for await (const band of bands) for await (const [refined] of stage.push([band])) if (refined) yield refined;
}

/**
 * Several maps of one slide side by side, such as those of an ensemble and of its members: they share what depends on place and colour
 * alone.
 */
export class CrfStage {
  readonly #crf: CrfOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #network: DenseCrf;
  readonly #halo: number;
  readonly #windows: readonly ColumnWindow[];
  readonly #milliseconds: number[];
  #done: number;
  /** What a map takes by itself over what it takes beside others. */
  #alone: number | undefined;

  constructor(
    private readonly slide: Slide,
    private readonly plan: Pick<SlidePlan, 'grid' | 'classes'>,
    { crf, left = 0, maps = 1, signal }: CrfStageOptions,
  ) {
    this.#crf = crf;
    this.#signal = signal;
    this.#network = createDenseCrf(crf);
    this.#halo = crfHalo(crf);
    this.#windows = Array.from({ length: maps }, () => new ColumnWindow());
    this.#milliseconds = this.#windows.map(() => 0);
    this.#done = left;
  }

  /** What each map would have taken by itself so far. */
  get milliseconds(): readonly number[] {
    return this.#milliseconds;
  }

  /**
   * @param bands the next columns of every map, the same for all
   * @returns the columns of every map that are finished, in bands that end where blocks do
   */
  async *push(bands: readonly ProbabilityBand[]): AsyncGenerator<readonly ProbabilityBand[], void, undefined> {
    const { width } = this.plan.grid;
    for (const [i, window] of this.#windows.entries()) {
      const band = bands[i];
      if (band === undefined) throw new RangeError(`map ${i} has no columns`);
      window.push(band);
    }
    const right = this.#windows[0]?.right ?? 0;
    while (this.#done < width) {
      const left = this.#done;
      const end = Math.min((Math.floor(left / BLOCK) + 1) * BLOCK, width);
      if (right < Math.min(end + this.#halo, width)) break;
      const refined = await this.#refine(left, end);
      yield this.#windows.map((window, i) => {
        const data = refined[i] ?? new Float32Array(0);
        const probability = raster(end - left, this.plan.grid.height, this.plan.classes.length, data);
        const octets = (of: 'agreement' | 'spread'): Raster | undefined => window.octets(of, left, end);
        return { left, probability, agreement: octets('agreement'), spread: octets('spread') };
      });
      this.#done = end;
      for (const window of this.#windows) window.drop(crfContext(this.#crf, end));
    }
  }

  async #refine(left: number, right: number): Promise<readonly Float32Array[]> {
    const { width, height } = this.plan.grid;
    const classes = this.plan.classes.length;
    // A block that work was taken up in the middle of is computed whole: its answers are then those of an undisturbed run.
    const first = Math.floor(left / BLOCK) * BLOCK;
    const from = Math.max(first - this.#halo, this.#windows[0]?.left ?? 0);
    const to = Math.min(right + this.#halo, width);
    const out = this.#windows.map(() => new Float32Array((right - left) * height * classes));
    const rows = rowsOf(height);
    for (let top = 0; top < height; top += rows) {
      const bottom = Math.min(top + rows, height);
      const [above, below] = [Math.max(top - this.#halo, 0), Math.min(bottom + this.#halo, height)];
      const maps = this.#windows.map((window) => window.probability(from, to, above, below));
      const inside = { x: left - from, y: top - above, width: right - left, height: bottom - top };
      const rowLength = (right - left) * classes;
      const blocks = out.map((data) => data.subarray(top * rowLength, bottom * rowLength));
      await this.#infer(maps, { x: from, y: above, width: to - from, height: below - above }, inside, blocks);
    }
    return out;
  }

  /**
   * @param maps of one block with its context, which is `box` of the grid
   * @param inside the block in its box
   * @param blocks memory for the block of each map
   */
  async #infer(
    maps: readonly Raster<Float32Array>[],
    box: Rect,
    inside: Rect,
    blocks: readonly Float32Array[],
  ): Promise<void> {
    const loud: number[] = [];
    for (const [i, map] of maps.entries()) {
      if (reaches(map.data, QUIET)) loud.push(i);
      else blocks[i]?.set(crop(map, inside).data);
    }
    if (loud.length === 0) return;
    const { grid, classes } = this.plan;
    const began = performance.now();
    const image = this.#crf.bilateral && (await readAround(this.slide, grid, box, this.#signal, () => undefined));
    const placement = { x: box.x, y: box.y, slideWidth: grid.width, slideHeight: grid.height };
    const size = { width: box.width, height: box.height, channels: classes.length };
    const prepared = this.#network.prepare(size, { placement, ...(image && { image }) });
    const shared = performance.now() - began;
    const some = loud.flatMap((i) => maps[i] ?? []);
    const into = loud.flatMap((i) => blocks[i] ?? []);
    const milliseconds = timed(() => prepared.infer(some, inside, into)) / some.length;
    // Side by side each map takes less than by itself: how much less, the first block of several tells.
    const several = some.length > 1;
    if (several) this.#alone ??= timed(() => prepared.infer(some.slice(0, 1), inside)) / Math.max(milliseconds, 1e-3);
    const each = shared + milliseconds * (several ? (this.#alone ?? 1) : 1);
    for (const i of loud) this.#milliseconds[i] = (this.#milliseconds[i] ?? 0) + each;
    await yieldToEventLoop();
    throwIfCancelled(this.#signal);
  }
}

function reaches(values: Float32Array, limit: number): boolean {
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > limit) return true;
  return false;
}

/** Milliseconds. */
function timed(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}
