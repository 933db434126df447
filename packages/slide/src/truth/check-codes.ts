/**
 * Whether run-length codes fit their slides, told from the slides' headers: before hours of preparation depend on it, and before a mask
 * that was coded the other way round teaches noise.
 */
import { rleRuns } from '@ftuseg/core';
import { openSlide } from '../open-slide.node.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';
import { truthSource } from './source.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Fewer runs than this show no direction. */
const FEWEST_RUNS = 16;

/**
 * How many times looser objects are in the slide's own size than in the transposed one before a code is refused. Where one side is twice the other, a
 * transposed code sees every second column as its neighbour: objects of any size are then twice as loose, not more.
 */
const LOOSER = 1.5;

/** What a code is called in errors. */
export const codeSubject = ({ id, image }: Pick<SlideRow, 'id' | 'image'>): string =>
  `run-length code of slide ${id} (${image})`;

/**
 * Share of the foreground whose neighbour `stride` pixels on is foreground as well.
 * @param runs as `rleRuns` gives them
 */
function neighbouring(runs: Float64Array, stride: number): number {
  let [shared, total, j] = [0, 0, 0];
  for (let i = 0; i < runs.length; i += 2) {
    const start = (runs[i] as number) + stride;
    const end = start + (runs[i + 1] as number);
    total += end - start;
    while (j < runs.length && (runs[j] as number) + (runs[j + 1] as number) <= start) j += 2;
    for (let k = j; k < runs.length && (runs[k] as number) < end; k += 2) {
      const other = runs[k] as number;
      shared += Math.min(end, other + (runs[k + 1] as number)) - Math.max(start, other);
    }
  }
  return total === 0 ? 1 : shared / total;
}

/**
 * Refuses a code that was written for the transposed picture, down its rows: both pictures have as many pixels, so that no run leaves
 * either, but objects hold together only in one of them.
 *
 * @throws SlideError `bad-input`
 */
export function refuseTransposed(runs: Float64Array, { width, height }: Size, subject: string): void {
  if (width === height || runs.length < 2 * FEWEST_RUNS) return;
  const [loose, looseTransposed] = [1 - neighbouring(runs, height), 1 - neighbouring(runs, width)];
  if (looseTransposed > 0.1 || loose < LOOSER * looseTransposed + 0.001) return;
  throw new SlideError(
    'bad-input',
    `its objects hold together in a picture of ${height} x ${width}, and the slide is ${width} x ${height}`,
    {
      subject,
      hint: 'width and height were exchanged when the mask was coded: runs go down the columns; or give the mask as a picture',
    },
  );
}

/**
 * Checks the run-length codes of a table, slide by slide; rows with a mask or polygons are passed over.
 *
 * @throws SlideError `bad-input` that names the slide, for a row with two sources of truth, for a code that is malformed, leaves its slide or fits only the transposed one;
 * as `openSlide` for a slide with a code that cannot be opened
 * @example
 * await checkCodes(await readSlideTable('hubmap'));
 */
export async function checkCodes(rows: readonly SlideRow[]): Promise<void> {
  for (const row of rows) {
    const source = truthSource(row);
    if (source?.kind !== 'rle') continue;
    const slide = await openSlide(row.image);
    try {
      const subject = codeSubject(row);
      refuseTransposed(rleRuns(source.code, slide.width, slide.height, { subject }), slide, subject);
    } finally {
      await slide.close();
    }
  }
}
