/** How large a pixel is: by the table, by the file, and which of them counts. */
import { isPlausible, meanMicrons, type PixelSize, parseScale, plausibilityQuestion, type Scale } from '@ftuseg/core';
import type { Slide } from '../slide.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from './slide-row.js';

/**
 * Micrometres per pixel at level 0: what the table says comes before what the file says, and both before `otherwise`; a scale in the file that no
 * slide has comes last.
 * @example
 * scaleOf(row, slide); // undefined where nobody knows
 */
export function scaleOf(
  row: Pick<SlideRow, 'micronsPerPixel'>,
  slide: Pick<Slide, 'micronsPerPixel'>,
  otherwise?: number,
): number | undefined {
  const scale = pixelScaleOf(
    { micronsPerPixel: row.micronsPerPixel },
    { micronsPerPixel: slide.micronsPerPixel },
    otherwise,
  );
  return scale === undefined ? undefined : meanMicrons(scale);
}

/**
 * As `scaleOf`, with both sides of pixels that are not square.
 * @example
 * pixelScaleOf(row, slide); // { x: 0.25, y: 0.5 }
 */
export function pixelScaleOf(
  row: { readonly micronsPerPixel?: number | undefined; readonly pixelSize?: PixelSize | undefined },
  slide: Pick<Slide, 'micronsPerPixel' | 'pixelSize'>,
  otherwise?: number,
): Scale | undefined {
  const stated = slide.pixelSize ?? slide.micronsPerPixel;
  const doubtful = stated !== undefined && !isPlausible(stated);
  return row.pixelSize ?? row.micronsPerPixel ?? (doubtful ? (otherwise ?? stated) : (stated ?? otherwise));
}

/**
 * The cell of column `mpp` that says a scale; empty for none.
 * @example
 * cellOfScale({ x: 0.25, y: 0.5 }); // '0.25x0.5'
 */
export function cellOfScale(scale: Scale | undefined): string {
  if (scale === undefined) return '';
  return typeof scale === 'number' ? String(scale) : `${scale.x}x${scale.y}`;
}

/**
 * What a cell of column `mpp` says.
 * @throws {SlideError} `bad-input` for no number, and for a scale that no slide has
 */
export function scaleOfCell(
  text: string,
  table: string,
  line: number,
): Pick<SlideRow, 'micronsPerPixel' | 'pixelSize'> {
  const fail = (problem: string, hint: string): never => {
    throw new SlideError('bad-input', `line ${line}, column "mpp": ${problem}`, { subject: table, hint });
  };
  const scale = parseScale(text);
  if (scale === undefined) {
    return fail(
      `"${text}" is not a positive number`,
      'give micrometres per pixel, such as 0.25, or 0.25x0.5 for across and down, or leave the cell empty',
    );
  }
  if (!isPlausible(scale)) fail(plausibilityQuestion(scale), 'correct the cell, or leave it empty');
  return { micronsPerPixel: meanMicrons(scale), ...(typeof scale === 'object' ? { pixelSize: scale } : {}) };
}
