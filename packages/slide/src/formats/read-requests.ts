/** What may be asked of a slide: regions inside it, and bands of the whole slide at another size. */
import type { LevelInfo, SlideRegion, SlideRows, SlideTile } from '../slide.js';
import { SlideError } from '../slide-error.js';

/** Pixels of the result of a region. */
export const sizeOfRegion = ({
  width,
  height,
  downsample,
}: SlideRegion): { readonly width: number; readonly height: number } => ({
  width: Math.max(1, Math.round(width / downsample)),
  height: Math.max(1, Math.round(height / downsample)),
});

/** @throws {SlideError} `bad-input` for a region that is not inside the slide, or an impossible downsample */
export function checkRegion(region: SlideRegion, slideWidth: number, slideHeight: number, subject: string): void {
  const { x, y, width, height, downsample } = region;
  const whole = [x, y, width, height].every(Number.isSafeInteger);
  const inside = x >= 0 && y >= 0 && x + width <= slideWidth && y + height <= slideHeight;
  if (!whole || width < 1 || height < 1 || !inside) {
    throw new SlideError(
      'bad-input',
      `the region ${width} x ${height} at (${x}, ${y}) is not inside the slide of ${slideWidth} x ${slideHeight}`,
      { subject },
    );
  }
  if (!(downsample >= 1 && Number.isFinite(downsample))) {
    throw new SlideError('bad-input', `the downsample must be at least 1, not ${downsample}`, { subject });
  }
  if (Math.round(width / downsample) * Math.round(height / downsample) * 3 > 2 ** 32) {
    throw new SlideError('unsupported', `a region of ${width} x ${height} pixels is too large to read at once`, {
      subject,
      hint: 'read it in parts, or at a larger downsample',
    });
  }
}

/** The columns of a band that are asked for. */
export const windowOf = ({ width, left = 0, columns = width - left }: SlideRows) => ({ left, columns });

/** @throws {SlideError} `bad-input` for a window that the resampled slide does not have, or a size above the slide's own */
export function checkRows(wanted: SlideRows, slideWidth: number, slideHeight: number, subject: string): void {
  const { width, height, top, rows } = wanted;
  const { left, columns } = windowOf(wanted);
  const whole = [width, height, top, rows, left, columns].every(Number.isSafeInteger);
  const fits = width >= 1 && height >= 1 && width <= slideWidth && height <= slideHeight;
  const across = left >= 0 && columns >= 1 && left + columns <= width;
  if (whole && fits && across && top >= 0 && rows >= 1 && top + rows <= height) return;
  throw new SlideError(
    'bad-input',
    `rows ${top} to ${top + rows}, columns ${left} to ${left + columns} of ${width} x ${height} cannot be made of the slide of ${slideWidth} x ${slideHeight}`,
    { subject },
  );
}

/** @throws {SlideError} `bad-input` for a level that the slide does not have, or a place beyond its grid */
export function checkTile({ level, column, row }: SlideTile, levels: readonly LevelInfo[], subject: string): void {
  const found = levels[level];
  const fits = (at: number, length: number, block: number): boolean =>
    Number.isSafeInteger(at) && at >= 0 && at * block < length;
  if (
    found !== undefined &&
    fits(column, found.width, found.blockWidth) &&
    fits(row, found.height, found.blockHeight)
  ) {
    return;
  }
  throw new SlideError('bad-input', `there is no tile in column ${column}, row ${row} of level ${level}`, { subject });
}
