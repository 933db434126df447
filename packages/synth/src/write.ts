/**
 * Synthetic slides as files: pictures, exact masks and the slide table that every command reads.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, mixSeeds } from '@ftuseg/core';
import { ioError, writeCsv, writeJpeg, writePng } from '@ftuseg/slide';
import { synthesiseSlide } from './region.js';

export interface WriteSyntheticSlidesOptions {
  /** Folder to write to; made if it is missing. */
  readonly out: string;
  readonly count: number;
  /** Size of each slide in pixels. */
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  /** Non-negative integer; slide k is drawn from (seed, k), so a larger count only adds slides. */
  readonly seed: number;
  /** Pictures as PNG (the default, same bytes every time) or JPEG of quality 90. Masks are PNG always. */
  readonly format?: 'png' | 'jpeg';
  readonly onProgress?: (progress: SyntheticProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SyntheticProgress {
  readonly done: number;
  readonly total: number;
  /** The slide that was just written; undefined before the first. */
  readonly id: string | undefined;
}

export interface WrittenSlide {
  readonly id: string;
  /** Absolute or relative as `out` is. */
  readonly image: string;
  readonly mask: string;
  readonly glomeruli: number;
}

/**
 * Writes `images/<id>`, `masks/<id>.png` (0 background, 1 glomerulus) and, last, `slides.csv` with the columns
 * id, image, mask, mpp, group, glomeruli. Every slide is its own group.
 *
 * @throws FtuError `bad-input` for settings that make no sense, `io` where a file cannot be written, `cancelled`
 *   after `signal`: slides already written stay, the table is missing.
 * @example
 * const { table } = await writeSyntheticSlides({ out: 'slides', count: 4, width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 });
 */
export async function writeSyntheticSlides(
  options: WriteSyntheticSlidesOptions,
): Promise<{ readonly table: string; readonly slides: readonly WrittenSlide[] }> {
  const { out, count, width, height, micronsPerPixel, seed, signal } = options;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new FtuError('bad-input', `the number of slides must be a positive integer, not ${count}`, {
      subject: 'count',
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new FtuError('bad-input', `the seed must be a non-negative integer, not ${seed}`, { subject: 'seed' });
  }
  const extension = options.format === 'jpeg' ? 'jpg' : 'png';
  const slides: WrittenSlide[] = [];
  options.onProgress?.({ done: 0, total: count, id: undefined });
  for (let index = 0; index < count; index++) {
    // Lets a pending Ctrl-C through between two slides.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) {
      throw new FtuError('cancelled', `stopped after ${index} of ${count} slides`, { cause: signal.reason });
    }
    const { image, labels, glomeruli } = synthesiseSlide({
      width,
      height,
      micronsPerPixel,
      seed: mixSeeds(seed, index),
    });
    const id = `synth-${seed}-${String(index + 1).padStart(2, '0')}`;
    const slide = {
      id,
      image: join(out, 'images', `${id}.${extension}`),
      mask: join(out, 'masks', `${id}.png`),
      glomeruli: glomeruli.length,
    };
    for (const folder of ['images', 'masks']) await makeFolder(join(out, folder));
    if (options.format === 'jpeg') await writeJpeg(slide.image, image, 90);
    else await writePng(slide.image, image);
    await writePng(slide.mask, labels);
    slides.push(slide);
    options.onProgress?.({ done: index + 1, total: count, id });
  }
  const table = join(out, 'slides.csv');
  await writeCsv(
    table,
    slides.map(({ id, glomeruli }) => ({
      id,
      image: `images/${id}.${extension}`,
      mask: `masks/${id}.png`,
      mpp: micronsPerPixel,
      group: id,
      glomeruli,
    })),
  );
  return { table, slides };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw ioError(error, folder, 'be made');
  });
}
