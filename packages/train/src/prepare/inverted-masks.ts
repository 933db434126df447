/**
 * Masks whose values look exchanged: a class covers most of a slide and all of its border, where there is glass, or at least something else. A tile may lie
 * inside one object; most tiles of a table do not.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readNpyHeader } from '@ftuseg/core';
import { type DatasetIndex, type PreparedSlide, slideFiles } from '@ftuseg/folders';

/** Shares of all pixels, and of those on the border, from which a class is suspicious. */
const MOST = 0.6;
const BORDER = 0.99;
/** A picture whose shorter side is this long shows more than one object: micrometres, or pixels where the scale is unknown. */
const LARGE_MICRONS = 1000;
const LARGE_PIXELS = 2048;
/** Rows whose first and last pixels are looked at. */
const SAMPLED_ROWS = 64;
/** Bytes in which the header of a raster ends. */
const HEAD_BYTES = 4096;

interface Suspicion {
  readonly slide: PreparedSlide;
  readonly name: string;
  readonly share: number;
}

function isLarge({ sourceWidth, sourceHeight, micronsPerPixel }: PreparedSlide): boolean {
  const side = Math.min(sourceWidth, sourceHeight);
  return micronsPerPixel === undefined ? side >= LARGE_PIXELS : side * micronsPerPixel >= LARGE_MICRONS;
}

/** Share of each class on the border of a mask: its first and last row, and both ends of some others. */
async function borderShares(path: string, { width, height }: PreparedSlide, classes: number): Promise<number[]> {
  const covered = new Float64Array(classes);
  let pixels = 0;
  const file = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    const { dataOffset } = readNpyHeader(head.subarray(0, bytesRead), path);
    const row = Buffer.alloc(width);
    for (let i = 0; i < SAMPLED_ROWS; i++) {
      const y = Math.round((i * (height - 1)) / (SAMPLED_ROWS - 1));
      await file.read(row, 0, width, dataOffset + y * width);
      const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
      for (let x = 0; x < width; x += step, pixels++) {
        for (let bit = 0; bit < classes; bit++) {
          covered[bit] = (covered[bit] as number) + (((row[x] as number) >> bit) & 1);
        }
      }
    }
  } finally {
    await file.close();
  }
  return [...covered].map((count) => count / pixels);
}

async function suspicions(out: string, { classes, slides }: DatasetIndex): Promise<Suspicion[]> {
  const found: Suspicion[] = [];
  for (const slide of slides) {
    const shares = classes.map((name) => (slide.pixels[name] ?? 0) / (slide.width * slide.height));
    if (shares.every((share) => share <= MOST)) continue;
    const border = await borderShares(join(out, slideFiles(slide.id).mask), slide, classes.length);
    for (const [bit, name] of classes.entries()) {
      const share = shares[bit] ?? 0;
      if (share > MOST && (border[bit] ?? 0) >= BORDER) found.push({ slide, name, share });
    }
  }
  return found;
}

/**
 * Slides of a prepared data set whose masks look as if object and background were exchanged.
 *
 * @param out folder of the data set
 * @returns a sentence for each class of which there are some
 */
export async function invertedWarnings(out: string, index: DatasetIndex): Promise<string[]> {
  const found = await suspicions(out, index);
  return index.classes.flatMap((name) => {
    const own = found.filter((one) => one.name === name);
    const doubtful = 2 * own.length > index.slides.length ? own : own.filter(({ slide }) => isLarge(slide));
    if (doubtful.length === 0) return [];
    const listed = doubtful.slice(0, 5).map(({ slide, share }) => `${slide.id} (${Math.round(100 * share)} %)`);
    const more = doubtful.length > 5 ? ` and ${doubtful.length - 5} more` : '';
    return [
      `"${name}" covers most of ${listed.join(', ')}${more} and the whole border, as where object and background were exchanged; look at the labels`,
    ];
  });
}
