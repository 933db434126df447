/**
 * One synthetic slide of any size as a pyramid, with its truth in every form that a reader may want: rendered on all cores,
 * written while it is rendered, a few bands in memory.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createRowRleEncoder, FtuError, type Raster } from '@ftuseg/core';
import { inLockedFolder, lockFileName, writeCsv, writeFileAtomic } from '@ftuseg/files';
import { writePyramid } from '@ftuseg/slide';
import { listGlomeruli, type SyntheticRegion } from './render/region.js';
import { openRenderPool, type RenderPool } from './render/render-pool.js';
import { checkSlide, type SlideSpec, type StainName, stainOf } from './spec.js';
import type { Glomerulus } from './structures/glomeruli.js';

/** Rows rendered at one time: one row of the renderer's tiles. */
const BAND = 512;

export interface WriteSyntheticSlideOptions extends SlideSpec {
  /** The slide, ending in .tif or .tiff; its truth goes beside it. */
  readonly path: string;
  /** Rendering threads; default: one per core. The bytes do not depend on it. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((rows: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SyntheticSlideFiles {
  readonly image: string;
  /** 0 background, 1 glomerulus, 2 sclerotic glomerulus: a pyramid whose levels keep the values. */
  readonly mask: string;
  /** `id,encoding,sclerotic_encoding`: Kaggle's code of labels 1 and of labels 2. */
  readonly rle: string;
  /** Outlines of 96 points in slide pixels. */
  readonly annotations: string;
  /** A slide table of this one slide, written last. */
  readonly table: string;
  readonly glomeruli: number;
  readonly sclerotic: number;
  readonly stain: StainName;
}

/** Hands bands to a consumer one at a time; `push` waits until the one before is taken. */
class BandQueue implements AsyncIterable<Raster> {
  #take: ((result: IteratorResult<Raster>) => void) | undefined;
  #given: { readonly band: Raster | undefined; readonly taken: () => void } | undefined;

  push(band: Raster | undefined): Promise<void> {
    const take = this.#take;
    this.#take = undefined;
    if (take !== undefined) {
      take(band === undefined ? { done: true, value: undefined } : { done: false, value: band });
      return Promise.resolve();
    }
    return new Promise((taken) => {
      this.#given = { band, taken };
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Raster> {
    return {
      next: () => {
        const given = this.#given;
        this.#given = undefined;
        if (given === undefined) return new Promise((resolve) => (this.#take = resolve));
        given.taken();
        const { band } = given;
        return Promise.resolve(band === undefined ? { done: true, value: undefined } : { done: false, value: band });
      },
    };
  }
}

/** Bands in order; the next ones are rendered while one is written. */
async function* bandsOf(
  pool: RenderPool,
  height: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SyntheticRegion> {
  const start = (y: number): Promise<SyntheticRegion> | undefined => {
    if (y >= height) return undefined;
    const band = pool.band(y, Math.min(BAND, height - y));
    band.catch(() => undefined);
    return band;
  };
  let [next, after] = [start(0), start(BAND)];
  for (let y = 0; next !== undefined; y += BAND) {
    const band: SyntheticRegion = await next;
    if (signal?.aborted)
      throw new FtuError('cancelled', 'stopped before the slide was drawn', { cause: signal.reason });
    [next, after] = [after, start(y + 2 * BAND)];
    yield band;
  }
}

function geoJson(glomeruli: readonly Glomerulus[]): string {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const features = glomeruli.map(({ outline, label }) => {
    const ring = outline.map(({ x, y }) => [round(x), round(y)]);
    const name = label === 2 ? 'sclerotic glomerulus' : 'glomerulus';
    return JSON.stringify({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
      properties: { objectType: 'annotation', classification: { name } },
    });
  });
  return `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`;
}

/**
 * Writes `<name>.tif`, `<name>.mask.tif`, `<name>.rle.csv`, `<name>.geojson` and, last, `<name>.slides.csv`. The same specification
 * gives the same bytes.
 *
 * @throws FtuError `bad-input` for settings that make no sense, `io` where a file cannot be written, `unavailable` while another process writes
 * them, `cancelled` after `signal`
 * @example
 * await writeSyntheticSlide({ path: 'big.tif', slideWidth: 40_000, slideHeight: 40_000, micronsPerPixel: 0.5, seed: 7 });
 */
export async function writeSyntheticSlide(options: WriteSyntheticSlideOptions): Promise<SyntheticSlideFiles> {
  const { path, signal } = options;
  const stem = /^(.+)\.tiff?$/i.exec(path)?.[1];
  if (stem === undefined) {
    throw new FtuError('bad-input', 'a slide is written as a pyramid', { subject: path, hint: 'name it .tif' });
  }
  // The folder may get other slides at the same time: this one's files are locked together.
  const name = `${lockFileName}-${createHash('sha256').update(basename(stem)).digest('hex').slice(0, 16)}`;
  return inLockedFolder(dirname(resolve(path)), { signal, name }, (held) =>
    writeLocked({ ...options, signal: held }, stem),
  );
}

async function writeLocked(options: WriteSyntheticSlideOptions, stem: string): Promise<SyntheticSlideFiles> {
  const { path, threads, onProgress, signal, ...spec } = options;
  checkSlide(spec);
  const { slideWidth: width, slideHeight: height, micronsPerPixel } = spec;
  const glomeruli = listGlomeruli(spec);
  const files = {
    image: path,
    mask: `${stem}.mask.tif`,
    rle: `${stem}.rle.csv`,
    annotations: `${stem}.geojson`,
    table: `${stem}.slides.csv`,
  };
  // It vouches for the others, so it goes before the first of them changes.
  await rm(files.table, { force: true });
  const codes = [1, 2].map((label) => createRowRleEncoder(width, height, (value) => value === label));
  const pool = openRenderPool(spec, threads);
  try {
    const labels = new BandQueue();
    const stop = new AbortController();
    const size = { width, height, micronsPerPixel, signal: stop.signal };
    signal?.addEventListener('abort', () => stop.abort(signal.reason), { once: true });
    const mask = writePyramid(files.mask, { ...size, channels: 1, content: 'labels' }, labels);
    const masked = mask.catch((error: unknown) => stop.abort(error));
    async function* images(): AsyncGenerator<Raster> {
      let done = 0;
      for await (const band of bandsOf(pool, height, stop.signal)) {
        for (const code of codes) code.push(band.labels.data, band.labels.height);
        await Promise.race([labels.push(band.labels), masked]);
        yield band.image;
        done += band.image.height;
        onProgress?.(done);
      }
      await Promise.race([labels.push(undefined), masked]);
    }
    try {
      await writePyramid(path, { ...size, channels: 3 }, images());
    } catch (error) {
      // The mask's writer waits for a band: an empty end makes it give up and remove its file.
      stop.abort(error);
      void labels.push(undefined);
      await masked;
      throw error;
    }
    await mask;
  } finally {
    await pool.close();
  }
  const id = basename(stem);
  const [encoding = '', sclerotic = ''] = codes.map((code) => code.finish());
  await writeCsv(files.rle, [{ id, encoding, sclerotic_encoding: sclerotic }]);
  await writeFileAtomic(files.annotations, geoJson(glomeruli));
  const local = (name: string): string => basename(name);
  const stain = stainOf(spec);
  await writeCsv(files.table, [
    {
      id,
      image: local(path),
      mask: local(files.mask),
      mpp: micronsPerPixel,
      group: id,
      glomeruli: glomeruli.length,
      ...(spec.stain === undefined ? {} : { stain }),
    },
  ]);
  const scarred = glomeruli.filter(({ label }) => label === 2).length;
  return { ...files, glomeruli: glomeruli.length, sclerotic: scarred, stain };
}
