/**
 * Writes Kaggle's run-length code of a mask. The mask is row-major and the code runs down columns, so the work goes in blocks
 * of columns, row by row inside a block: sequential reads, no transposed copy, and bands of a slide can be pushed as they are made.
 */
import { FtuError } from './errors.js';
import type { Raster } from './raster.js';

const COLUMNS_PER_BLOCK = 2048;

/**
 * The column-major indices, within columns `left` to `right`, where foreground begins and ends, in increasing order: first
 * pixel, one past the last pixel, and so on. Every column ends closed.
 */
function findEdges({ data, width, height }: Raster, left: number, right: number): Uint32Array {
  const wide = right - left;
  // The row above and this row, copied to aligned buffers: four pixels that have not changed are passed over at once.
  let above = rowBuffer(wide);
  let here = rowBuffer(wide);
  let edges = new Uint32Array(4 * wide);
  let count = 0;
  for (let y = 0; y <= height; y++) {
    // A row of background below the last closes every column.
    if (y < height) here.bytes.set(data.subarray(y * width + left, y * width + right));
    else here.bytes.fill(0);
    if (edges.length < count + wide) {
      const longer = new Uint32Array(edges.length * 2);
      longer.set(edges);
      edges = longer;
    }
    const { words, bytes } = here;
    const { words: wordsAbove, bytes: bytesAbove } = above;
    for (let i = 0; i < words.length; i++) {
      if (words[i] === wordsAbove[i]) continue;
      for (let x = i * 4; x < i * 4 + 4; x++) {
        if ((bytes[x] === 0) !== (bytesAbove[x] === 0)) edges[count++] = x * height + y;
      }
    }
    [above, here] = [here, above];
  }
  return edges.subarray(0, count).sort();
}

/** Room for one row of a block, zero-filled, as bytes and as words of four. */
function rowBuffer(width: number): { readonly words: Uint32Array; readonly bytes: Uint8Array } {
  const words = new Uint32Array(Math.ceil(width / 4));
  return { words, bytes: new Uint8Array(words.buffer) };
}

export interface RleEncoder {
  /** Adds the next columns to the right: one channel, the encoder's height, non-zero = foreground. */
  push(band: Raster): void;
  /** The code of everything pushed so far; '' when there was no foreground. */
  finish(): string;
}

/**
 * An encoder for masks that arrive as bands of columns, from left to right. Memory: the code and one block's edges.
 *
 * @param height Rows of the whole mask; every band has this height.
 * @throws FtuError `bad-input` from `push` for a band of another height or with several channels.
 * @example
 * const encoder = createRleEncoder(slide.height);
 * for (const band of bands) encoder.push(band);
 * const code = encoder.finish();
 */
export function createRleEncoder(height: number): RleEncoder {
  const pieces: string[] = [];
  let columns = 0;
  let runStart = 0;
  let runEnd = 0;

  const flush = (): void => {
    if (runEnd > runStart) pieces.push(`${runStart + 1} ${runEnd - runStart}`);
  };

  const push = (band: Raster): void => {
    if (band.channels !== 1 || band.height !== height) {
      throw new FtuError(
        'bad-input',
        `a run-length code of ${height} rows takes one-channel masks of that height, not ${band.width} x ${band.height} x ${band.channels}`,
      );
    }
    // Indices within a block must fit 32 bits, however tall the slide is.
    const step = Math.max(1, Math.min(COLUMNS_PER_BLOCK, Math.floor(2 ** 31 / height)));
    for (let left = 0; left < band.width; left += step) {
      const right = Math.min(band.width, left + step);
      const block = findEdges(band, left, right);
      const base = (columns + left) * height;
      for (let i = 0; i < block.length; i += 2) {
        const start = base + (block[i] as number);
        if (start !== runEnd) {
          flush();
          runStart = start;
        }
        runEnd = base + (block[i + 1] as number);
      }
    }
    columns += band.width;
  };

  return {
    push,
    finish: () => {
      flush();
      runStart = runEnd;
      return pieces.join(' ');
    },
  };
}

/**
 * Kaggle's run-length code of a mask: 1-based starts, column-major; non-zero is foreground; '' for an empty mask.
 *
 * @param mask One channel.
 * @throws FtuError `bad-input` for several channels.
 * @example
 * encodeRle(raster(2, 2, 1, Uint8Array.of(1, 0, 1, 0))); // '1 2'
 */
export function encodeRle(mask: Raster): string {
  const encoder = createRleEncoder(mask.height);
  encoder.push(mask);
  return encoder.finish();
}
