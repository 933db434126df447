/**
 * From probabilities at working resolution to a label for every level-0 pixel.
 * Interpolating first and thresholding at level 0 gives smooth outlines, where enlarging a mask would give stairs; only
 * one row of interpolated floats exists at a time, because a whole slide of them would not fit in memory.
 */
import { FtuError, type Raster, raster } from '@ftuseg/core';
import { breathe, throwIfCancelled } from './cancel.js';

/** Level-0 pixels between two chances for other work (and Ctrl-C). */
const PIXELS_PER_BLOCK = 8_000_000;

export interface LabelOptions {
  /** A pixel belongs to a class when its probability is at least this, 0..1. */
  readonly threshold: number;
  readonly signal?: AbortSignal;
}

/**
 * Enlarges probabilities bilinearly (half-pixel centres, edges clamped, as OpenCV's INTER_LINEAR) and thresholds them.
 * @param probability H x W x classes, 0..1
 * @param width of the result, level-0 pixels
 * @param height of the result, level-0 pixels
 * @returns one channel: 0 background, k for class k - 1; where several classes reach the threshold, the likeliest wins
 * @throws {FtuError} `cancelled`; `unsupported` when the labels do not fit in memory
 * @example
 * const mask = await labelsAt(probability, slide.width, slide.height, { threshold: 0.5 });
 */
export async function labelsAt(
  probability: Raster<Float32Array>,
  width: number,
  height: number,
  options: LabelOptions,
): Promise<Raster> {
  const { threshold, signal } = options;
  const labels = allocateLabels(width, height);
  if (probability.width === width && probability.height === height) {
    labelPixels(probability, threshold, labels.data);
    return labels;
  }
  const { channels: classes, width: workingWidth } = probability;
  const vertical = linearTaps(probability.height, height);
  const painter = new RowPainter(workingWidth, width, classes, threshold);
  const rowsPerBlock = Math.max(1, Math.floor(PIXELS_PER_BLOCK / width));
  const rowLength = workingWidth * classes;
  const row = new Float64Array(rowLength);
  for (let y = 0; y < height; y++) {
    if (y % rowsPerBlock === rowsPerBlock - 1) {
      await breathe();
      throwIfCancelled(signal);
    }
    const from = vertical.index[y] ?? 0;
    const above = from * rowLength;
    const below = Math.min(from + 1, probability.height - 1) * rowLength;
    blendRows(probability.data, above, below, vertical.fraction[y] ?? 0, row);
    painter.paint(row, labels.data, y * width);
  }
  return labels;
}

/** Without enlarging: each pixel by itself. */
function labelPixels({ data, channels }: Raster<Float32Array>, threshold: number, labels: Uint8Array): void {
  for (let i = 0, at = 0; i < labels.length; i++) {
    let best = threshold;
    let label = 0;
    for (let c = 0; c < channels; c++) {
      const value = data[at++] as number;
      if (value > best || (value === best && label === 0)) {
        best = value;
        label = c + 1;
      }
    }
    labels[i] = label;
  }
}

interface LinearTaps {
  /** The lower neighbour of each target position; the upper one is the next, clamped to the end. */
  readonly index: Int32Array;
  /** Share of the upper neighbour, 0..1. */
  readonly fraction: Float64Array;
}

function linearTaps(source: number, target: number): LinearTaps {
  const index = new Int32Array(target);
  const fraction = new Float64Array(target);
  for (let i = 0; i < target; i++) {
    const at = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    index[i] = Math.floor(at);
    fraction[i] = at - Math.floor(at);
  }
  return { index, fraction };
}

function blendRows(data: Float32Array, above: number, below: number, fraction: number, row: Float64Array): void {
  for (let i = 0; i < row.length; i++) {
    const upper = data[above + i] as number;
    row[i] = upper + ((data[below + i] as number) - upper) * fraction;
  }
}

/** Interpolates along a row, but only between neighbours of which one reaches the threshold: most of a slide does not. */
class RowPainter {
  readonly #taps: LinearTaps;
  /** First target pixel whose lower neighbour is at least i. */
  readonly #first: Int32Array;

  constructor(
    private readonly source: number,
    target: number,
    private readonly classes: number,
    private readonly threshold: number,
  ) {
    this.#taps = linearTaps(source, target);
    this.#first = new Int32Array(source + 1).fill(target);
    for (let x = target - 1; x >= 0; x--) this.#first[this.#taps.index[x] ?? 0] = x;
    for (let i = source - 1; i >= 0; i--) {
      this.#first[i] = Math.min(this.#first[i] ?? target, this.#first[i + 1] ?? target);
    }
  }

  paint(row: Float64Array, labels: Uint8Array, offset: number): void {
    let here = this.#reaches(row, 0);
    for (let i = 0; i < this.source; i++) {
      const next = i + 1 < this.source ? this.#reaches(row, i + 1) : here;
      if (here || next) this.#paintSpan(row, i, labels, offset);
      here = next;
    }
  }

  #reaches(row: Float64Array, i: number): boolean {
    for (let c = 0; c < this.classes; c++) if ((row[i * this.classes + c] as number) >= this.threshold) return true;
    return false;
  }

  #paintSpan(row: Float64Array, i: number, labels: Uint8Array, offset: number): void {
    const { classes } = this;
    const left = i * classes;
    const right = Math.min(i + 1, this.source - 1) * classes;
    const end = this.#first[i + 1] as number;
    for (let x = this.#first[i] as number; x < end; x++) {
      const fraction = this.#taps.fraction[x] as number;
      let best = this.threshold;
      let label = 0;
      for (let c = 0; c < classes; c++) {
        const low = row[left + c] as number;
        const value = low + ((row[right + c] as number) - low) * fraction;
        if (value > best || (value === best && label === 0)) {
          best = value;
          label = c + 1;
        }
      }
      labels[offset + x] = label;
    }
  }
}

function allocateLabels(width: number, height: number): Raster {
  try {
    return raster(width, height, 1, new Uint8Array(width * height));
  } catch (cause) {
    if (cause instanceof FtuError) throw cause;
    throw new FtuError('unsupported', `a mask of ${width} x ${height} pixels exceeds the memory`, {
      hint: 'cut the slide into parts',
      cause,
    });
  }
}
