/**
 * Synthetic slides as files: pictures, exact masks and the slide table that every command reads.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyRaster, FtuError, mixSeeds } from '@ftuseg/core';
import { inLockedFolder, makeFolder, writeCsv } from '@ftuseg/files';
import { writeJpeg, writePng } from '@ftuseg/slide';
import { createRegionRenderer, listGlomeruli, paste, type SyntheticRegion } from './render/region.js';
import {
  checkSlide,
  checkWindow,
  type Features,
  type SlideSpec,
  type StainChoice,
  type StainName,
  stainOf,
} from './spec.js';

/** Rows rendered between two looks at the signal. */
const BAND = 512;

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
  readonly features?: Partial<Features>;
  /** Default: pas. `mixed`: each slide has a stain of its own, from its seed. */
  readonly stain?: StainChoice | undefined;
  /** Pictures as PNG (the default, same bytes every time) or JPEG of quality 90. Masks are PNG always. */
  readonly format?: 'png' | 'jpeg';
  readonly onProgress?: (progress: SyntheticProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SyntheticProgress {
  readonly done: number;
  readonly total: number;
  /** Share of all the work, 0..1; moves while a slide is drawn. */
  readonly fraction: number;
  /** The slide that was just written; undefined while one is drawn. */
  readonly id: string | undefined;
}

export interface WrittenSlide {
  readonly id: string;
  /** Absolute or relative as `out` is. */
  readonly image: string;
  readonly mask: string;
  readonly glomeruli: number;
  readonly stain: StainName;
  /** What `synthesiseSlide` takes to render the same slide. */
  readonly seed: number;
}

/**
 * Writes `images/<id>`, `masks/<id>.png` (0 background, 1 glomerulus, 2 sclerotic glomerulus) and, last, `slides.csv` with the columns
 * id, image, mask, mpp, group, glomeruli, and stain where one is asked for. Every slide is its own group.
 *
 * @throws FtuError `bad-input` for settings that make no sense, `io` where a file cannot be written, `unavailable` while another process
 *   writes there, `cancelled`
 *   after `signal`: slides already written stay, the table is missing.
 * @example
 * const { table } = await writeSyntheticSlides({ out: 'slides', count: 4, width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 });
 */
export async function writeSyntheticSlides(options: WriteSyntheticSlidesOptions): Promise<WrittenSlides> {
  const { count, width, height, micronsPerPixel, seed, signal } = options;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new FtuError('bad-input', `the number of slides must be a positive integer, not ${count}`, {
      subject: 'count',
    });
  }
  checkSlide({ slideWidth: width, slideHeight: height, micronsPerPixel, seed, stain: options.stain });
  return inLockedFolder(options.out, { signal }, (held) => writeSlides({ ...options, signal: held }));
}

export interface WrittenSlides {
  readonly table: string;
  readonly slides: readonly WrittenSlide[];
}

async function writeSlides(options: WriteSyntheticSlidesOptions): Promise<WrittenSlides> {
  const { out, count, width, height, micronsPerPixel, seed, signal, features, stain } = options;
  const extension = options.format === 'jpeg' ? 'jpg' : 'png';
  const table = join(out, 'slides.csv');
  // It vouches for every slide, so it goes before the first of them changes.
  await rm(table, { force: true });
  for (const folder of ['images', 'masks']) await makeFolder(join(out, folder));
  const slides: WrittenSlide[] = [];
  for (let index = 0; index < count; index++) {
    const spec = {
      slideWidth: width,
      slideHeight: height,
      micronsPerPixel,
      seed: mixSeeds(seed, index),
      features,
      stain,
    };
    const { image, labels } = await renderSlide(spec, signal, (share) => {
      options.onProgress?.({ done: index, total: count, fraction: (index + share) / count, id: undefined });
    });
    const id = `synth-${seed}-${String(index + 1).padStart(2, '0')}`;
    const slide = {
      id,
      image: join(out, 'images', `${id}.${extension}`),
      mask: join(out, 'masks', `${id}.png`),
      glomeruli: listGlomeruli(spec).length,
      stain: stainOf(spec),
      seed: spec.seed,
    };
    if (options.format === 'jpeg') await writeJpeg(slide.image, image, 90);
    else await writePng(slide.image, image);
    await writePng(slide.mask, labels);
    slides.push(slide);
    options.onProgress?.({ done: index + 1, total: count, fraction: (index + 1) / count, id });
  }
  await writeCsv(
    table,
    slides.map(({ id, glomeruli, stain: name }) => ({
      id,
      image: `images/${id}.${extension}`,
      mask: `masks/${id}.png`,
      mpp: micronsPerPixel,
      group: id,
      glomeruli,
      // The table of slides that asked for no stain keeps its columns.
      ...(stain === undefined ? {} : { stain: name }),
    })),
  );
  return { table, slides };
}

/** Renders band by band, so that a pending Ctrl-C gets through. */
async function renderSlide(
  spec: SlideSpec,
  signal: AbortSignal | undefined,
  onProgress: (share: number) => void,
): Promise<SyntheticRegion> {
  const { slideWidth: width, slideHeight: height } = spec;
  const render = createRegionRenderer(spec);
  checkWindow({ ...spec, x: 0, y: 0, width, height });
  const image = emptyRaster(width, height, 3);
  const labels = emptyRaster(width, height);
  for (let y = 0; y < height; y += BAND) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) {
      throw new FtuError('cancelled', 'stopped before all slides were drawn', { cause: signal.reason });
    }
    const band = render({ x: 0, y, width, height: Math.min(BAND, height - y) });
    paste(band.image, image, 0, y);
    paste(band.labels, labels, 0, y);
    onProgress(Math.min(1, (y + BAND) / height));
  }
  return { image, labels };
}
