/**
 * One slide and its labels at the working resolution, in one pass from top to bottom: bands go to the disk as they are made,
 * so that memory does not grow with the slide.
 */
import { type FileHandle, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Raster, resampleMask, writeNpyHeader } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { slideFiles } from '@ftuseg/folders';
import {
  applyTable,
  type ClassMap,
  openTruth,
  readClassRows,
  type Slide,
  type SlideRow,
  type Truth,
} from '@ftuseg/slide';
import { knownLabels } from '../dataset/known-labels.js';
import { enlargedImage, imageBands, isEnlarged, type WorkingSize } from './image-bands.js';
import { labelWarnings, recordedReport, type SlideLabels } from './slide-record.js';

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

/** Files of the labels of a slide, and what is counted in them. */
class LabelWriter {
  readonly #pixels: number[];
  #unknown = 0;

  constructor(
    private readonly names: readonly string[],
    private readonly mask: FileHandle,
    /** Undefined: all of the slide is known. */
    private readonly soft: FileHandle | undefined,
  ) {
    this.#pixels = names.map(() => 0);
  }

  async begin(height: number, width: number): Promise<void> {
    await this.mask.writeFile(writeNpyHeader({ shape: [height, width], dtype: 'uint8' }));
    await this.soft?.writeFile(writeNpyHeader({ shape: [height, width, this.names.length], dtype: 'uint8' }));
  }

  /** @param bits as `readClassRows` gives them */
  async write(bits: Uint8Array): Promise<void> {
    if (this.soft === undefined) {
      addPixels(this.#pixels, bits);
      await this.mask.writeFile(bits);
      return;
    }
    const { mask, soft, unknown } = knownLabels(bits, this.names.length);
    addPixels(this.#pixels, mask);
    this.#unknown += unknown;
    await this.mask.writeFile(mask);
    await this.soft.writeFile(soft);
  }

  finish(): SlideLabels {
    return {
      pixels: Object.fromEntries(this.names.map((name, bit) => [name, this.#pixels[bit] ?? 0])),
      ...(this.#unknown > 0 && { soft: true, unknown: this.#unknown }),
    };
  }
}

export interface WriteOptions {
  readonly classes: ClassMap;
  /** Folder of the data set. */
  readonly out: string;
  readonly signal: AbortSignal | undefined;
  /** Called with the share that is done, 0..1. */
  readonly onRows?: ((share: number) => void) | undefined;
}

/**
 * Writes the rasters of a slide; each appears whole or not at all. Where a part of the slide is unknown there is a raster of soft labels.
 * @returns what the record says of the labels
 */
export async function writeSlideRasters(
  row: SlideRow,
  slide: Slide,
  size: WorkingSize,
  options: WriteOptions,
): Promise<SlideLabels> {
  const { classes, out } = options;
  const files = slideFiles(row.id);
  const truth = await openTruth(row, { width: slide.width, height: slide.height }, classes);
  try {
    let found: SlideLabels = { pixels: {} };
    const present = new Uint8Array(256);
    const write = async (image: FileHandle, mask: FileHandle, soft?: FileHandle): Promise<void> => {
      const labels = new LabelWriter(classes.names, mask, soft);
      await image.writeFile(writeNpyHeader({ shape: [size.height, size.width, 3], dtype: 'uint8' }));
      await labels.begin(size.height, size.width);
      const bands = isEnlarged(size, slide)
        ? enlargedBands(truth, slide, size, { ...options, present })
        : shrunkBands(truth, slide, size, { ...options, present });
      for await (const { picture, bits } of bands) {
        await image.writeFile(picture);
        await labels.write(bits);
      }
      found = labels.finish();
    };
    const at = (name: string): string => join(out, name);
    await writeAtomically(at(files.image), (image) =>
      writeAtomically(at(files.mask), (mask) =>
        truth.table.unknown === undefined
          ? write(image, mask)
          : writeAtomically(at(files.soft), (soft) => write(image, mask, soft)),
      ),
    );
    // Of an earlier run with other settings, or one that says no more than the mask.
    if (found.soft !== true) await rm(at(files.soft), { force: true });
    return {
      ...found,
      ...(truth.report && { truth: recordedReport(truth.report) }),
      ...labelWarnings(row, classes, present),
    };
  } finally {
    await truth.close();
  }
}

interface BandOptions extends WriteOptions {
  /** 256 entries; set to 1 for every label value that was met. */
  readonly present: Uint8Array;
}

interface Band {
  /** RGB rows. */
  readonly picture: Uint8Array;
  /** As `readClassRows` gives them. */
  readonly bits: Uint8Array;
}

async function* shrunkBands(
  truth: Truth,
  slide: Slide,
  size: WorkingSize,
  { classes: { names }, signal, onRows, present }: BandOptions,
): AsyncGenerator<Band> {
  const options = { table: truth.table, count: names.length, present, signal };
  for await (const { picture, ...band } of imageBands(slide, size, signal)) {
    const labels = await readClassRows(truth, slide, band, options);
    truth.table.check(present);
    yield { picture: picture.data, bits: labels.data };
    onRows?.((band.top + band.rows) / size.height);
  }
}

/** All of a slide that becomes larger, which is small. */
async function* enlargedBands(
  truth: Truth,
  slide: Slide,
  size: WorkingSize,
  { classes: { names }, signal, present }: BandOptions,
): AsyncGenerator<Band> {
  const picture = await enlargedImage(slide, size, signal);
  const values = await truth.read(0, slide.height);
  for (const value of values.data) present[value] = 1;
  const labels = applyTable(values, truth.table, names.length);
  yield { picture: picture.data, bits: packClasses(resampleMask(labels, size.width, size.height)) };
}
