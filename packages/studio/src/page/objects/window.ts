/** Which rows of a long table are drawn. Browsers cut off elements of more than some ten million pixels, so that rows are not simply high times many. */

export const ROW_HEIGHT = 28;
/** Firefox draws nothing beyond 17,895,697 px. */
const MAX_HEIGHT = 10_000_000;
/** Drawn above and below what is seen, so that scrolling shows no gap. */
const SPARE = 6;

export interface TableWindow {
  /** Pixels that the scrolled element has. */
  readonly height: number;
  readonly first: number;
  /** One after the last. */
  readonly end: number;
  /** Pixels from the top of the scrolled element to row `first`. */
  readonly top: number;
}

const heights = (rows: number, viewport: number): { all: number; height: number; scroll: number; hidden: number } => {
  const all = rows * ROW_HEIGHT;
  const height = Math.min(all, MAX_HEIGHT);
  return { all, height, scroll: Math.max(0, height - viewport), hidden: Math.max(0, all - viewport) };
};

/**
 * @param scrollTop of the element, pixels
 * @param viewport what is seen of it, pixels
 */
export function tableWindow(rows: number, scrollTop: number, viewport: number): TableWindow {
  const { height, scroll, hidden } = heights(rows, viewport);
  const at = Math.min(Math.max(0, scrollTop), scroll);
  // Where the table is higher than its element may be, a pixel of scrolling moves by several.
  const offset = scroll === 0 ? 0 : (at / scroll) * hidden;
  const first = Math.max(0, Math.floor(offset / ROW_HEIGHT) - SPARE);
  const end = Math.min(rows, Math.ceil((offset + viewport) / ROW_HEIGHT) + SPARE);
  return { height, first, end, top: at + first * ROW_HEIGHT - offset };
}

/** The scroll position that shows a row whole, or the present one if it does. */
export function scrollToRow(row: number, rows: number, scrollTop: number, viewport: number): number {
  const { scroll, hidden } = heights(rows, viewport);
  if (scroll === 0) return 0;
  const offset = (Math.min(scrollTop, scroll) / scroll) * hidden;
  const [top, bottom] = [row * ROW_HEIGHT, (row + 1) * ROW_HEIGHT];
  const wanted = top < offset ? top : bottom > offset + viewport ? bottom - viewport : offset;
  return (Math.min(Math.max(0, wanted), hidden) / hidden) * scroll;
}
