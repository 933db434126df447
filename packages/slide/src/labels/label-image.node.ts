/**
 * Opens a label image: the numbers are classes, so they must arrive exactly as stored. Formats and pixel types that would change them
 * (JPEG, WebP, coloured pixels, values above 255) are refused instead of guessed at.
 */
import { type Raster, raster } from '@ftuseg/core';
import { localCopy, ofAddress } from '@ftuseg/files';
import { openImageFile } from '../formats/picture/image-file.node.js';
import { SlideError } from '../slide-error.js';
import { equalChannels, transparentLabels } from './equal-channels.js';
import { GradingValues } from './grading-values.js';
import { openLabelTiff } from './label-tiff.node.js';
import type { LabelImage } from './labels.js';
import { LossyTraces } from './lossy-traces.js';
import { paletteLabels } from './palette-labels.js';
import { type LabelPng, openLabelPng } from './png.node.js';

/** Labels that `readLabelImage` holds at once, bytes. */
const MAX_LABELS = 2 ** 31;

/**
 * Opens labels to be read in bands: PNG and TIFF, with grey samples (1-, 2- and 4-bit values as stored: 0, 1, 2, ...; of more than 8 bits as
 * long as they are from 0 to 255), a palette (greys as they are shown, colours by index), or equal and opaque channels. A PNG is decoded as a
 * whole when it is first read, TIFFs in bands.
 *
 * @param path of a file, or its address
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` (JPEG, WebP, white as zero, turned by a tag, a PNG of more than 1 GiB) or `bad-input` (damaged); what
 * only pixels show (colours, transparency, values above 255, traces of a lossy format, probabilities), is thrown by `read`
 * @example
 * const labels = await openLabelImage('masks/slide-1.png');
 * const band = await labels.read(0, 256);
 */
export async function openLabelImage(path: string): Promise<LabelImage> {
  const local = await localCopy(path);
  if (local === path) return openLocal(path);
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw ofAddress(error, local, path);
    });
  const labels = await named(openLocal(local));
  return { ...labels, read: (top, rows) => named(labels.read(top, rows)) };
}

async function openLocal(path: string): Promise<LabelImage> {
  const tiff = await openLabelTiff(path);
  if (tiff !== undefined) return tiff;
  const png = await openLabelPng(path);
  if (png !== undefined) return fromPng(png, path);
  const { metadata } = await openImageFile(path);
  throw new SlideError('unsupported', `${metadata.format} files change label values`, {
    subject: path,
    hint: 'save labels as PNG',
  });
}

function fromPng(png: LabelPng, path: string): LabelImage {
  const { width, height } = png;
  let decoded: Promise<Uint8Array> | undefined;
  const toLabels = labelsOf(png, path);
  return {
    width,
    height,
    read: async (top, rows) => {
      decoded ??= png.decode().then((samples) => {
        const labels = toLabels(samples);
        new LossyTraces(path).look(labels);
        new GradingValues(path).look(labels);
        return labels;
      });
      return raster(width, rows, 1, (await decoded).subarray(top * width, (top + rows) * width));
    },
    close: async () => {
      decoded = undefined;
    },
  };
}

function labelsOf({ channels, palette, transparency }: LabelPng, path: string): (samples: Uint8Array) => Uint8Array {
  if (palette !== undefined) return paletteLabels(palette, (index) => (transparency?.[index] ?? 255) < 255, path);
  // A colour that counts as transparent: whether it occurs would have to be looked for.
  if (transparency !== undefined) throw transparentLabels(path);
  return (samples) => equalChannels(samples, channels, path);
}

/**
 * All labels of a label image in memory; see `openLabelImage`.
 *
 * @returns One channel, 8 bits.
 * @throws as `openLabelImage` and its `read`; SlideError `unsupported` for more than 2 GiB
 * @example
 * const labels = await readLabelImage('masks/slide-1.png');
 */
export async function readLabelImage(path: string): Promise<Raster> {
  const labels = await openLabelImage(path);
  try {
    if (labels.width * labels.height > MAX_LABELS) {
      throw new SlideError('unsupported', `${labels.width} x ${labels.height} labels are too many to read at once`, {
        subject: path,
        hint: 'read them in bands',
      });
    }
    return await labels.read(0, labels.height);
  } finally {
    await labels.close();
  }
}
