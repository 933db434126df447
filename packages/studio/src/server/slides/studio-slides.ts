/** The slides of the table as the studio holds them: known at once, opened when they are needed. */
import { openSlide, type SlideRow } from '@ftuseg/slide';
import type { StudioSlide } from '../context.js';
import { opaqueId } from './slide-id.js';
import { SlidePool } from './slide-pool.js';

/** Slides that are open at a time; each may hold 64 MiB of decoded blocks. */
const MAX_OPEN_SLIDES = 6;
/** What could not be opened is not tried again at every request of a page, and may be there again later. */
const RETRY_MILLISECONDS = 5000;

interface Failure {
  readonly error: unknown;
  readonly at: number;
}

export interface StudioSlides {
  readonly slides: readonly StudioSlide[];
  readonly close: () => Promise<void>;
}

export function studioSlides(rows: readonly SlideRow[], most = MAX_OPEN_SLIDES): StudioSlides {
  const pool = new SlidePool(most);
  return { slides: rows.map((row) => studioSlide(row, pool)), close: () => pool.close() };
}

function studioSlide(row: SlideRow, pool: SlidePool): StudioSlide {
  const id = opaqueId(row.id);
  let failure: Failure | undefined;
  let known: Promise<{ readonly width: number; readonly height: number } | undefined> | undefined;
  const open = async () => {
    if (failure !== undefined && performance.now() - failure.at < RETRY_MILLISECONDS) throw failure.error;
    return openSlide(row.image).catch((error: unknown) => {
      failure = { error, at: performance.now() };
      throw error;
    });
  };
  const use: StudioSlide['use'] = (work) => pool.use(id, open, work);
  const size = async () => {
    known ??= use(async ({ width, height }) => ({ width, height })).catch(() => undefined);
    const found = await known;
    if (found === undefined) known = undefined;
    return found;
  };
  return { id, row, size, use };
}
