/** The slides that the starter model was trained on, and that help networks of one's own: four sets, of what real slides have and small drawings usually have not. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inLockedFolder, writeCsv } from '@ftuseg/files';
import { type Features, HARD_FEATURES, type StainChoice } from './spec.js';
import { type WrittenSlide, writeSyntheticSlides } from './write.js';

interface SlideSet {
  readonly count: number;
  readonly seed: number;
  readonly stain: StainChoice;
  readonly features: Partial<Features>;
}

const MICRONS_PER_PIXEL = 2;

const hard = { ...HARD_FEATURES, variants: 0.6 };

/** By the folders that they go to. */
const sets: Readonly<Record<string, SlideSet>> = {
  whole: { count: 58, seed: 101, stain: 'mixed', features: { ...hard, sclerotic: 0.2 } },
  cores: { count: 30, seed: 202, stain: 'mixed', features: { ...hard, sclerotic: 0.2, cores: true } },
  biopsies: { count: 20, seed: 404, stain: 'he', features: { ...hard, sclerotic: 0.25, cores: true } },
  chronic: { count: 30, seed: 303, stain: 'he', features: { ...hard, sclerotic: 0.4, scars: 0.9, casts: 0.3 } },
};

export interface WriteStarterSlidesOptions {
  /** Folder to write to; made if it is missing. */
  readonly out: string;
  /** Of every slide, pixels; 1,000 by default, as the model was trained. */
  readonly side?: number;
  /** @param done and @param total slides */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface StarterSlides {
  readonly table: string;
  readonly slides: readonly WrittenSlide[];
}

/**
 * Writes 138 slides at 2 µm per pixel, the same bytes every time: a folder for each set, as `writeSyntheticSlides` does, and last `slides.csv`, a table of all
 * with a column `set`. Some two minutes, 330 MB.
 *
 * @throws FtuError `io`, `unavailable`, `cancelled` as `writeSyntheticSlides`; the table of all is missing then
 * @example
 * const { table } = await writeStarterSlides({ out: 'starter-slides' });
 */
export function writeStarterSlides(options: WriteStarterSlidesOptions): Promise<StarterSlides> {
  const { out, side = 1000, onProgress, signal } = options;
  return inLockedFolder(out, { signal }, async (held) => {
    const table = join(out, 'slides.csv');
    await rm(table, { force: true });
    const total = Object.values(sets).reduce((sum, { count }) => sum + count, 0);
    const slides: WrittenSlide[] = [];
    const lines: Record<string, string | number>[] = [];
    for (const [name, set] of Object.entries(sets)) {
      const before = slides.length;
      const written = await writeSyntheticSlides({
        ...set,
        out: join(out, name),
        width: side,
        height: side,
        micronsPerPixel: MICRONS_PER_PIXEL,
        signal: held,
        onProgress: ({ done }) => onProgress?.(before + done, total),
      });
      slides.push(...written.slides);
      for (const { id, glomeruli, stain } of written.slides) {
        const [image, mask] = [`${name}/images/${id}.png`, `${name}/masks/${id}.png`];
        lines.push({ id, image, mask, mpp: MICRONS_PER_PIXEL, group: id, glomeruli, stain, set: name });
      }
    }
    await writeCsv(table, lines);
    return { table, slides };
  });
}
