/**
 * DenseCRF over a slide that streams by: blocks with enough context around them that their insides are what the whole slide
 * would give. Blocks lie on a grid of the slide's own, so that bands may be cut anywhere.
 */
import { type CrfOptions, createDenseCrf, crfHalo, type DenseCrf, type Raster, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { breathe, throwIfCancelled } from './cancel.js';
import type { ProbabilityBand } from './merge-members.js';
import type { SlidePlan } from './plan.js';
import { readAround } from './read-window.js';

/** Pixels of a block's side. */
const BLOCK = 256;
/**
 * Where nothing within reach has a higher probability, the block keeps its probabilities: all messages say background there, so that
 * inference could only bring them nearer to 0.
 */
const QUIET = 0.02;

/** The first column that is needed to compute the columns from `left` on. */
export const crfContext = (crf: CrfOptions, left: number): number =>
  Math.max(0, Math.floor(left / BLOCK) * BLOCK - crfHalo(crf));

/**
 * @param bands from column `crfContext(crf, left)` on
 * @param left the first column of the result
 * @returns bands that end where blocks do
 */
export async function* crfBands(
  bands: AsyncIterable<ProbabilityBand>,
  slide: Slide,
  plan: SlidePlan,
  crf: CrfOptions,
  left: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProbabilityBand, void, undefined> {
  const halo = crfHalo(crf);
  const network = createDenseCrf(crf);
  const { width } = plan.grid;
  const window = new ColumnWindow();
  let done = left;
  for await (const band of bands) {
    window.push(band);
    while (done < width) {
      const end = Math.min((Math.floor(done / BLOCK) + 1) * BLOCK, width);
      if (window.right < Math.min(end + halo, width)) break;
      const { probability, agreement } = window.cut(done, end);
      const refined = await refine(window, done, end, {
        slide,
        plan,
        network,
        colour: crf.bilateral !== undefined,
        halo,
        signal,
      });
      yield { left: done, probability: { ...probability, data: refined }, agreement };
      done = end;
      window.drop(crfContext(crf, done));
    }
  }
}

/** The columns that blocks still need, as one band. */
class ColumnWindow {
  #bands: ProbabilityBand[] = [];

  get right(): number {
    const last = this.#bands.at(-1);
    return last === undefined ? 0 : last.left + last.probability.width;
  }

  get left(): number {
    return this.#bands[0]?.left ?? 0;
  }

  push(band: ProbabilityBand): void {
    this.#bands.push(band);
  }

  drop(before: number): void {
    this.#bands = this.#bands.filter(({ left, probability }) => left + probability.width > before);
  }

  /** Rows `top` to `bottom` of some columns. */
  probability(left: number, right: number, top: number, bottom: number): Raster<Float32Array> {
    const channels = this.#bands[0]?.probability.channels ?? 1;
    const out = new Float32Array((right - left) * (bottom - top) * channels);
    for (const { left: from, probability } of this.#bands) {
      copyColumns(probability, from, out, { left, right, top, bottom });
    }
    return raster(right - left, bottom - top, channels, out);
  }

  cut(left: number, right: number): ProbabilityBand {
    const [first] = this.#bands;
    if (first === undefined) throw new RangeError('no columns are held');
    const { height, channels } = first.probability;
    const votes = new Uint8Array(first.agreement === undefined ? 0 : (right - left) * height * channels);
    for (const { left: from, agreement } of this.#bands) {
      if (agreement !== undefined) copyColumns(agreement, from, votes, { left, right, top: 0, bottom: height });
    }
    return {
      left,
      probability: this.probability(left, right, 0, height),
      agreement: first.agreement && raster(right - left, height, channels, votes),
    };
  }
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function copyColumns<D extends Float32Array | Uint8Array>(band: Raster<D>, bandLeft: number, out: D, box: Box): void {
  const { width, channels, data } = band;
  const [from, to] = [Math.max(box.left, bandLeft), Math.min(box.right, bandLeft + width)];
  for (let y = box.top; y < box.bottom && from < to; y++) {
    const start = (y * width + from - bandLeft) * channels;
    const at = ((y - box.top) * (box.right - box.left) + from - box.left) * channels;
    out.set(data.subarray(start, start + (to - from) * channels), at);
  }
}

interface Refining {
  readonly slide: Slide;
  readonly plan: SlidePlan;
  readonly network: DenseCrf;
  /** Whether it looks at the picture. */
  readonly colour: boolean;
  readonly halo: number;
  readonly signal: AbortSignal | undefined;
}

async function refine(
  columns: ColumnWindow,
  left: number,
  right: number,
  { slide, plan, network, colour, halo, signal }: Refining,
): Promise<Float32Array> {
  const { width, height } = plan.grid;
  const classes = plan.classes.length;
  // A block that work was taken up in the middle of is computed whole: its answers are then those of an undisturbed run.
  const first = Math.floor(left / BLOCK) * BLOCK;
  const [from, to] = [Math.max(first - halo, columns.left), Math.min(right + halo, width)];
  const out = new Float32Array((right - left) * height * classes);
  for (let top = 0; top < height; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, height);
    const [above, below] = [Math.max(top - halo, 0), Math.min(bottom + halo, height)];
    const context = columns.probability(from, to, above, below);
    const inside = { left: left - from, right: right - from, top: top - above, bottom: bottom - above };
    let answer = context;
    if (context.data.some((value) => value > QUIET)) {
      const box = { x: from, y: above, width: to - from, height: below - above };
      const image = colour ? await readAround(slide, plan.grid, box, signal, () => undefined) : undefined;
      const placement = { x: from, y: above, slideWidth: width, slideHeight: height };
      answer = network.infer(context, { placement, ...(image && { image }) });
      await breathe();
      throwIfCancelled(signal);
    }
    const rowLength = (right - left) * classes;
    for (let y = inside.top; y < inside.bottom; y++) {
      const start = (y * answer.width + inside.left) * classes;
      out.set(answer.data.subarray(start, start + rowLength), (y - inside.top + top) * rowLength);
    }
  }
  return out;
}
