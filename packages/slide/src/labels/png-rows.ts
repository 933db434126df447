/** Rows of a PNG: filters undone, samples unpacked, interlaced passes put in their places. Source: PNG, clauses 8 and 9. */
import { SlideError } from '../slide-error.js';

/** Every `dx`-th column and `dy`-th row from (x, y). */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The seven passes of an interlaced picture; those without pixels are left out. */
export const adam7 = (width: number, height: number): Pass[] =>
  ADAM7.map(([x, y, dx, dy]) => ({
    x,
    y,
    dx,
    dy,
    width: Math.ceil((width - x) / dx),
    height: Math.ceil((height - y) / dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);

interface Target {
  readonly bits: number;
  readonly channels: number;
  /** 8-bit samples of the whole picture, interleaved. */
  readonly out: Uint8Array;
  readonly width: number;
  readonly path: string;
}

/**
 * Puts a pass's samples into the picture.
 * @param rows a filter byte and the row's bytes, row by row; changed in place
 * @throws {SlideError} `bad-input` for a filter that does not exist, `unsupported` for a sample above 255
 */
export function unfilter(rows: Uint8Array, pass: Pass, { bits, channels, out, width, path }: Target): void {
  const rowBytes = Math.ceil((pass.width * channels * bits) / 8);
  const step = Math.max(1, (channels * bits) / 8);
  const most = 2 ** Math.min(bits, 8) - 1;
  for (let row = 0; row < pass.height; row++) {
    const from = row * (rowBytes + 1) + 1;
    undo(rows, from, rowBytes, step, row > 0 ? from - rowBytes - 1 : undefined, path);
    const to = ((pass.y + row * pass.dy) * width + pass.x) * channels;
    for (let x = 0; x < pass.width; x++) {
      for (let c = 0; c < channels; c++) {
        const i = x * channels + c;
        const at = to + x * pass.dx * channels + c;
        if (bits === 8) out[at] = rows[from + i] as number;
        else if (bits === 16) out[at] = narrow(rows, from + 2 * i, path, c === channels - 1 && channels % 2 === 0);
        else {
          const bit = i * bits;
          out[at] = ((rows[from + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & most;
        }
      }
    }
  }
}

/** A 16-bit sample as the number it is; opacity as the byte that stands for it. */
function narrow(rows: Uint8Array, at: number, path: string, opacity: boolean): number {
  const value = (rows[at] as number) * 256 + (rows[at + 1] as number);
  if (opacity) return value === 65535 ? 255 : 0;
  if (value <= 255) return value;
  throw new SlideError('unsupported', `the label ${value} is no whole number from 0 to 255`, {
    subject: path,
    hint: 'save labels as 8-bit numbers, one per class',
  });
}

function undo(
  rows: Uint8Array,
  from: number,
  length: number,
  step: number,
  above: number | undefined,
  path: string,
): void {
  const filter = rows[from - 1];
  const up = (i: number): number => (above === undefined ? 0 : (rows[above + i] as number));
  for (let i = 0; i < length; i++) {
    const left = i >= step ? (rows[from + i - step] as number) : 0;
    let guess = 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = up(i);
    else if (filter === 3) guess = (left + up(i)) >> 1;
    else if (filter === 4) guess = paeth(left, up(i), i >= step ? up(i - step) : 0);
    else if (filter === 0) return;
    else {
      throw new SlideError('bad-input', `the image is damaged (filter ${filter} does not exist)`, {
        subject: path,
        hint: 'copy or export it again',
      });
    }
    rows[from + i] = (rows[from + i] as number) + guess;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
