/**
 * One slide and its labels resampled bilinearly, in one pass from top to bottom. A pixel at the border of an object is labelled in part: the soft
 * raster keeps the fraction, the bit mask what is at least a half.
 */
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type Raster, writeNpyHeader } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { slideFiles } from '@ftuseg/folders';
import { classShares, openTruth, type Slide, type SlideRow } from '@ftuseg/slide';
import { isLabel, softValue, UNCERTAIN } from '../dataset/soft-targets.js';
import { bilinearBands } from './bilinear-bands.js';
import type { WorkingSize } from './image-bands.js';
import type { WriteOptions } from './prepare-slide.js';
import { labelWarnings, recordedReport, type SlideLabels } from './slide-record.js';

interface BandLabels {
  /** rows x columns; bit c for class c. */
  readonly mask: Uint8Array;
  /** rows x columns x classes, as `softTargets` reads it. */
  readonly soft: Uint8Array;
  /** Pixels of which nothing is known. */
  readonly unknown: number;
}

/** Adds to `pixels` what is labelled of each class. A channel beyond the classes is the share of which nothing is known. */
function labelsOf({ width, height, channels, data }: Raster<Float32Array>, pixels: number[]): BandLabels {
  const count = pixels.length;
  const mask = new Uint8Array(width * height);
  const soft = new Uint8Array(mask.length * count);
  let unknown = 0;
  for (let i = 0; i < mask.length; i++) {
    if (channels > count && (data[i * channels + count] as number) >= 0.5) {
      soft.fill(UNCERTAIN, i * count, (i + 1) * count);
      unknown++;
      continue;
    }
    let bits = 0;
    for (let c = 0; c < count; c++) {
      const share = data[i * channels + c] as number;
      if (share === 0) continue;
      const value = softValue(share);
      soft[i * count + c] = value;
      if (!isLabel(value)) continue;
      bits |= 1 << c;
      pixels[c] = (pixels[c] as number) + 1;
    }
    mask[i] = bits;
  }
  return { mask, soft, unknown };
}

/**
 * Writes the three rasters of a slide; each appears whole or not at all.
 * @throws FtuError for labels of another size, an unknown label, an unreadable picture; 'cancelled' when `signal` aborts
 */
export async function writeBilinearRasters(
  row: SlideRow,
  slide: Slide,
  size: WorkingSize,
  { classes, out, signal, onRows }: WriteOptions,
): Promise<SlideLabels> {
  const files = slideFiles(row.id);
  const { width, height } = size;
  const count = classes.names.length;
  const pixels = classes.names.map(() => 0);
  const truth = await openTruth(row, { width: slide.width, height: slide.height }, classes);
  const present = new Uint8Array(256);
  let unknown = 0;
  const write = async (image: FileHandle, mask: FileHandle, soft: FileHandle): Promise<void> => {
    const { table } = truth;
    await image.writeFile(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
    await mask.writeFile(writeNpyHeader({ shape: [height, width], dtype: 'uint8' }));
    await soft.writeFile(writeNpyHeader({ shape: [height, width, count], dtype: 'uint8' }));
    for await (const { picture, top, rows, across, down, source } of bilinearBands(slide, size, signal)) {
      const labels = await truth.read(source.top, source.rows);
      for (let i = 0; i < labels.data.length; i++) present[labels.data[i] as number] = 1;
      table.check(present);
      const band = labelsOf(classShares(labels, source.top, across, down, { table, count }), pixels);
      unknown += band.unknown;
      await image.writeFile(picture.data);
      await mask.writeFile(band.mask);
      await soft.writeFile(band.soft);
      onRows?.((top + rows) / height);
    }
  };
  try {
    await writeAtomically(join(out, files.image), (image) =>
      writeAtomically(join(out, files.mask), (mask) =>
        writeAtomically(join(out, files.soft), (soft) => write(image, mask, soft)),
      ),
    );
  } finally {
    await truth.close();
  }
  return {
    pixels: Object.fromEntries(classes.names.map((name, c) => [name, pixels[c] ?? 0])),
    soft: true,
    ...(unknown > 0 && { unknown }),
    ...(truth.report && { truth: recordedReport(truth.report) }),
    ...labelWarnings(row, classes, present),
  };
}
