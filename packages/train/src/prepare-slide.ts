/**
 * One slide and its labels at the working resolution, in one pass from top to bottom: bands go to the disk as they are made,
 * so that memory does not grow with the slide.
 */
import { join } from 'node:path';
import { encodeNpy, type Raster, raster, resampleMask, resizeBilinear, writeNpyHeader } from '@ftuseg/core';
import {
  applyClasses,
  type ClassMap,
  classTable,
  openTruth,
  readClassRows,
  readTruth,
  type Slide,
  type SlideRow,
  writeAtomically,
  writeFileAtomic,
} from '@ftuseg/slide';
import { slideFiles } from './dataset.js';

/** Bytes of a band of the picture. */
const BAND_BYTES = 16 << 20;
/** Rows of a tile in most slides. */
const TILE_ROWS = 256;

export interface WorkingSize {
  readonly width: number;
  readonly height: number;
}

/** One bit per class: classes may overlap, and one byte a pixel is enough for eight of them. */
function packClasses(mask: Raster): Uint8Array {
  const packed = new Uint8Array(mask.width * mask.height);
  for (let i = 0; i < packed.length; i++) {
    let bits = 0;
    for (let c = 0; c < mask.channels; c++) bits |= (mask.data[i * mask.channels + c] ? 1 : 0) << c;
    packed[i] = bits;
  }
  return packed;
}

function addPixels(pixels: number[], mask: Uint8Array): void {
  const counts = new Float64Array(256);
  for (let i = 0; i < mask.length; i++) counts[mask[i] as number] = (counts[mask[i] as number] as number) + 1;
  for (let c = 0; c < pixels.length; c++) {
    for (let bits = 0; bits < 256; bits++)
      if ((bits >> c) & 1) pixels[c] = (pixels[c] as number) + (counts[bits] as number);
  }
}

/**
 * Writes the rasters of a slide; each appears whole or not at all.
 * @param onRows called with the share that is done, 0..1
 * @returns pixels of each class
 */
export async function writeSlideRasters(
  row: SlideRow,
  slide: Slide,
  { width, height }: WorkingSize,
  classes: ClassMap,
  out: string,
  {
    signal,
    onRows,
  }: { readonly signal: AbortSignal | undefined; readonly onRows?: ((share: number) => void) | undefined },
): Promise<number[]> {
  const files = slideFiles(row.id);
  const pixels = classes.names.map(() => 0);
  if (width > slide.width || height > slide.height) {
    await writeEnlarged(row, slide, { width, height }, classes, out, pixels, signal);
    return pixels;
  }
  const most = Math.max(1, Math.floor(BAND_BYTES / (width * 3)));
  // Whole rows of tiles, where a level has the working resolution: no tile is then decoded twice.
  const rows = most > TILE_ROWS ? most - (most % TILE_ROWS) : most;
  const band = (top: number) => ({ width, height, top, rows: Math.min(rows, height - top) });
  const read = (top: number): Promise<Raster> | undefined => {
    const reading = top < height ? slide.readRows(band(top), { signal }) : undefined;
    reading?.catch(() => undefined);
    return reading;
  };
  const truth = await openTruth(row, { width: slide.width, height: slide.height });
  try {
    const table = classTable(classes, row.mask ?? row.annotations ?? row.id);
    const present = new Uint8Array(256);
    const options = { table, count: classes.names.length, present, signal };
    await writeAtomically(join(out, files.image), (image) =>
      writeAtomically(join(out, files.mask), async (mask) => {
        await image.writeFile(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
        await mask.writeFile(writeNpyHeader({ shape: [height, width], dtype: 'uint8' }));
        let next = read(0);
        for (let top = 0; next !== undefined; top += rows) {
          const picture: Raster = await next;
          // The next band is read while this one's labels are.
          next = read(top + rows);
          const labels = await readClassRows(truth, slide, band(top), options);
          table.check(present);
          addPixels(pixels, labels.data);
          await image.writeFile(picture.data);
          await mask.writeFile(labels.data);
          onRows?.(Math.min(1, (top + rows) / height));
        }
      }),
    );
  } finally {
    await truth.close();
  }
  return pixels;
}

/** A slide that is coarser than the working resolution is small: it is enlarged in memory. */
async function writeEnlarged(
  row: SlideRow,
  slide: Slide,
  { width, height }: WorkingSize,
  classes: ClassMap,
  out: string,
  pixels: number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = slideFiles(row.id);
  const whole = { x: 0, y: 0, width: slide.width, height: slide.height, downsample: 1 };
  const image = resizeBilinear(await slide.readRegion(whole, { signal }), width, height);
  const labels = await readTruth(row, { width: slide.width, height: slide.height });
  const mask = packClasses(resampleMask(applyClasses(labels, classes, row.id), width, height));
  addPixels(pixels, mask);
  await writeFileAtomic(join(out, files.image), encodeNpy({ shape: [height, width, 3], data: image.data }));
  await writeFileAtomic(
    join(out, files.mask),
    encodeNpy({ shape: [height, width], data: raster(width, height, 1, mask).data }),
  );
}
