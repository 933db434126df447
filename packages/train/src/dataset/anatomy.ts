/**
 * Anatomical regions (cortex, medulla, ...) of a slide as a coarse label map, so that windows can be drawn by region. Pixels outside every
 * polygon are `background`.
 */
import { join } from 'node:path';
import { encodeNpy, FtuError } from '@ftuseg/core';
import { writeFileAtomic } from '@ftuseg/files';
import { type Dataset, type PreparedSlide, slideFiles } from '@ftuseg/folders';
import { type AnnotatedSlide, readRegionLabels } from '@ftuseg/slide';
import { requireUnchanged } from './checksum.js';
import { openRaster } from './rasters.js';

/** Anatomical regions of a slide, coarse. */
export interface AnatomyMap {
  readonly width: number;
  readonly height: number;
  /** Working-resolution pixels per pixel of the map. */
  readonly downsample: number;
  /** height x width, an index into `weights`. */
  readonly labels: Uint8Array;
  /** Chance of keeping a window whose centre has the label, 0..1. */
  readonly weights: Float64Array;
}

/** Working-resolution pixels per pixel of the map. */
const STEP = 16;
export const BACKGROUND_REGION = 'background';

/**
 * Rasterises the regions of a file and writes `slides/<id>.anatomy.npy` (uint8, index into the names returned): a pixel of the map is what lies at its centre.
 *
 * @param slide size in working pixels, and source pixels per working pixel
 * @param source the slide that the file is of
 */
export async function writeAnatomy(
  path: string,
  out: string,
  slide: { readonly id: string; readonly width: number; readonly height: number; readonly downsample: number },
  source: AnnotatedSlide,
): Promise<string[]> {
  const { names: found, labels } = await readRegionLabels(path, source);
  const names = [BACKGROUND_REGION, ...found.filter((name) => name !== BACKGROUND_REGION)];
  const numbers = [0, ...found.map((name) => names.indexOf(name))];
  const scale = slide.downsample * STEP;
  const width = Math.max(1, Math.ceil(slide.width / STEP));
  const height = Math.max(1, Math.ceil(slide.height / STEP));
  const at = (cell: number, size: number): number => Math.min(size - 1, Math.floor((cell + 0.5) * scale));
  const data = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) {
    const column = at(x, source.width);
    for (let i = labels.columns[column] as number; i < (labels.columns[column + 1] as number); i++) {
      const [start, end] = [labels.starts[i] as number, labels.ends[i] as number];
      for (let y = Math.max(0, Math.floor(start / scale - 0.5)); y < height && at(y, source.height) < end; y++) {
        if (at(y, source.height) >= start) data[y * width + x] = numbers[labels.labels[i] as number] ?? 0;
      }
    }
  }
  await writeFileAtomic(join(out, slideFiles(slide.id).anatomy), encodeNpy({ shape: [height, width], data }));
  return names;
}

/**
 * Finds before any training that weights of regions would do nothing.
 * @throws FtuError 'bad-input' where no slide has a map of regions, and for a region that none of the maps has
 */
export function checkAnatomy(
  slides: readonly { readonly slide: PreparedSlide }[],
  weights: Readonly<Record<string, number>>,
): void {
  const known = new Set(slides.flatMap(({ slide }) => slide.anatomy ?? []));
  const fail = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: 'sampling.anatomy', hint });
  };
  if (known.size === 0) {
    fail('no slide has a map of anatomical regions', 'give the slide table a column "anatomy", and prepare again');
  }
  const unknown = Object.keys(weights).find((name) => !known.has(name.toLowerCase()));
  if (unknown !== undefined) fail(`no slide has a region "${unknown}"`, `regions are ${[...known].join(', ')}`);
}

/**
 * The map of a slide with the weights of its regions, relative to the largest; a region that is not named has weight 1. Undefined for a slide
 * without regions.
 */
export async function loadAnatomy(
  dataset: Dataset,
  slide: PreparedSlide,
  weights: Readonly<Record<string, number>>,
): Promise<AnatomyMap | undefined> {
  if (slide.anatomy === undefined) return undefined;
  const path = join(dataset.folder, slideFiles(slide.id).anatomy);
  await requireUnchanged(path, slide.checksums?.anatomy);
  const { shape, data: labels } = await openRaster(path);
  const [height = 0, width = 0] = shape;
  if (shape.length !== 2 || labels.length === 0) {
    throw new FtuError('bad-input', 'the map of regions is damaged', { subject: path, hint: 'prepare again' });
  }
  const wanted = new Map(Object.entries(weights).map(([name, weight]) => [name.toLowerCase(), weight]));
  const given = slide.anatomy.map((name) => wanted.get(name) ?? 1);
  const most = Math.max(...given);
  if (most === 0) {
    throw new FtuError('bad-input', `every region of slide "${slide.id}" has weight 0`, {
      subject: 'sampling.anatomy',
    });
  }
  return { width, height, downsample: STEP, labels, weights: Float64Array.from(given, (weight) => weight / most) };
}
