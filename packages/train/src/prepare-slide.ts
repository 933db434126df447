/**
 * One slide and its labels at the working resolution, in one pass from top to bottom: bands go to the disk as they are made,
 * so that memory does not grow with the slide.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy, type Raster, raster, resampleMask, writeNpyHeader } from '@ftuseg/core';
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
import { enlargedImage, imageBands, isEnlarged, type WorkingSize } from './image-bands.js';

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
  size: WorkingSize,
  classes: ClassMap,
  out: string,
  {
    signal,
    onRows,
  }: { readonly signal: AbortSignal | undefined; readonly onRows?: ((share: number) => void) | undefined },
): Promise<number[]> {
  const files = slideFiles(row.id);
  const { width, height } = size;
  const pixels = classes.names.map(() => 0);
  // Of an earlier run with other settings.
  await rm(join(out, files.soft), { force: true });
  if (isEnlarged(size, slide)) {
    await writeEnlarged(row, slide, size, classes, out, pixels, signal);
    return pixels;
  }
  const truth = await openTruth(row, { width: slide.width, height: slide.height });
  try {
    const table = classTable(classes, row.mask ?? row.annotations ?? row.id);
    const present = new Uint8Array(256);
    const options = { table, count: classes.names.length, present, signal };
    await writeAtomically(join(out, files.image), (image) =>
      writeAtomically(join(out, files.mask), async (mask) => {
        await image.writeFile(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
        await mask.writeFile(writeNpyHeader({ shape: [height, width], dtype: 'uint8' }));
        for await (const { picture, ...band } of imageBands(slide, size, signal)) {
          const labels = await readClassRows(truth, slide, band, options);
          table.check(present);
          addPixels(pixels, labels.data);
          await image.writeFile(picture.data);
          await mask.writeFile(labels.data);
          onRows?.((band.top + band.rows) / height);
        }
      }),
    );
  } finally {
    await truth.close();
  }
  return pixels;
}

async function writeEnlarged(
  row: SlideRow,
  slide: Slide,
  size: WorkingSize,
  classes: ClassMap,
  out: string,
  pixels: number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = slideFiles(row.id);
  const { width, height } = size;
  const image = await enlargedImage(slide, size, signal);
  const labels = await readTruth(row, { width: slide.width, height: slide.height });
  const mask = packClasses(resampleMask(applyClasses(labels, classes, row.id), width, height));
  addPixels(pixels, mask);
  await writeFileAtomic(join(out, files.image), encodeNpy({ shape: [height, width, 3], data: image.data }));
  await writeFileAtomic(
    join(out, files.mask),
    encodeNpy({ shape: [height, width], data: raster(width, height, 1, mask).data }),
  );
}
