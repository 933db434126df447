/**
 * Writes a slide as a DICOM series, one file for each level. JPEG tiles of a slide that has a pyramid are handed through as they are; anything else is
 * compressed anew, and halved from level to level. Labels and overviews are never written: they may name the patient.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { FtuError, pixelSize, type Scale } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import sharp from 'sharp';
import type { Slide } from '../slide.js';
import type { TileColours } from './baseline-tile.js';
import { compressLevels } from './compress-levels.node.js';
import { coloursOfLevels, handThrough, NotHandedOut } from './hand-through.node.js';
import type { SeriesWriter } from './series-writer.node.js';
import type { SeriesFacts } from './slide-elements.js';
import { newUid } from './uid.js';

export interface DicomOptions {
  /** DICOM has no slides of unknown scale. */
  readonly micronsPerPixel: Scale | undefined;
  /** What the glass slide is called, at most 64 letters. */
  readonly container: string;
  /** Of tiles that are compressed here, 1 to 100; set, all of them are. Default 85. */
  readonly quality?: number | undefined;
  /** Side of tiles that are compressed here; set, all of them are. Default 256. */
  readonly tileSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const USUAL_QUALITY = 85;
const USUAL_TILE = 256;
/**
 * @param folder is made; must hold no other DICOM files, since a folder is one slide
 * @returns the files' names
 * @throws FtuError `bad-input` for a slide of unknown scale, or a folder with DICOM files; `io`; `cancelled`
 * @example
 * await writeDicom('out', slide, { micronsPerPixel: slide.micronsPerPixel, container: 'scan-1' });
 */
export async function writeDicom(folder: string, slide: Slide, options: DicomOptions): Promise<string[]> {
  const { micronsPerPixel, quality, tileSize } = options;
  if (micronsPerPixel === undefined) {
    const hint = 'say it with --microns-per-pixel or in column "mpp"';
    throw new FtuError('bad-input', 'its scale is unknown, and DICOM has no slides without', { subject: folder, hint });
  }
  await checkFolder(folder);
  const writer: SeriesWriter = {
    folder,
    slide,
    series: await seriesOf(slide, options),
    microns: pixelSize(micronsPerPixel),
    pending: new Map(),
    quality: quality ?? USUAL_QUALITY,
    tileSize: tileSize ?? USUAL_TILE,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => undefined),
  };
  try {
    const isKept = quality === undefined && tileSize === undefined;
    await writeLevels(writer, isKept ? await coloursOfLevels(slide, options.signal) : undefined);
    for (const file of writer.pending.values()) await file.commit();
    return [...writer.pending.keys()];
  } catch (error) {
    await discard(writer);
    throw error;
  }
}

async function writeLevels(writer: SeriesWriter, colours: readonly TileColours[] | undefined): Promise<void> {
  if (colours === undefined) return compressLevels(writer);
  try {
    await handThrough(writer, colours);
  } catch (error) {
    if (!(error instanceof NotHandedOut)) throw error;
    await discard(writer);
    await compressLevels(writer);
  }
}

async function discard({ pending }: SeriesWriter): Promise<void> {
  await Promise.all([...pending.values()].map((file) => file.discard()));
  pending.clear();
}

async function checkFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw ioError(error, folder, 'be made');
  });
  const found = (await readdir(folder)).find((name) => /\.(dcm|dicom)$/i.test(name));
  if (found === undefined) return;
  const hint = 'name another folder';
  throw new FtuError('bad-input', `there is a DICOM slide in it already (${found})`, { subject: folder, hint });
}

async function seriesOf({ info }: Slide, { container }: DicomOptions): Promise<SeriesFacts> {
  const now = new Date().toISOString().replace(/[-:T]/g, '');
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: 'white' } });
  const { icc } = await sharp(await pixel.withIccProfile('srgb').png().toBuffer()).metadata();
  return {
    study: newUid(),
    series: newUid(),
    frameOfReference: newUid(),
    pyramid: newUid(),
    dimensions: newUid(),
    specimen: newUid(),
    container: container.replace(/[^ -[\]-~]/g, '_').slice(0, 64),
    date: now.slice(0, 8),
    time: now.slice(8, 14),
    objectivePower: info.objectivePower,
    profile: new Uint8Array(icc ?? []),
  };
}
