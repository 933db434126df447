/**
 * Writes a slide as a DICOM series, one file for each level. JPEG and JPEG 2000 tiles of a slide that has a pyramid are handed through as they are; anything else is
 * compressed anew, and halved from level to level. Labels and overviews are never written: they may name the patient.
 */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, pixelSize, type Scale } from '@ftuseg/core';
import { exists, makeFolder } from '@ftuseg/files';
import type { FormatLimits, LevelOptions } from '../conversion/plan-levels.js';
import { type WrittenLevels, writeLevels } from '../conversion/write-levels.node.js';
import { rgbProfileOf } from '../icc/slide-profile.js';
import { srgbProfile } from '../icc/srgb-profile.node.js';
import type { Slide } from '../slide.js';
import { refuseForm } from './coded-frames.js';
import { beginLevel, type SeriesWriter } from './series-writer.node.js';
import type { SeriesFacts } from './slide-elements.js';
import { newUid } from './uid.js';

export interface DicomOptions extends Omit<LevelOptions, 'compression'> {
  /** DICOM has no slides of unknown scale. */
  readonly micronsPerPixel: Scale | undefined;
  /** What the glass slide is called, at most 64 letters. */
  readonly container: string;
  /** Of tiles that are not taken over; `keep` refuses a slide that has such. Default `jpeg`. */
  readonly compression?: 'jpeg' | 'keep' | undefined;
  /** Replaces a DICOM slide that is in the folder. */
  readonly overwrite?: boolean | undefined;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Frames of any size; each level has a transfer syntax of its own. */
const LIMITS: FormatLimits = {
  name: 'DICOM',
  tileStep: 1,
  codecs: ['jpeg', 'jpeg-2000'],
  usual: ['jpeg', 'jpeg-2000'],
  refuse: refuseForm,
};

/**
 * @param folder is made; must hold no other DICOM files, since a folder is one slide
 * @returns names of the files, and the levels with what became of their tiles
 * @throws FtuError `bad-input` for a slide of unknown scale, a folder with DICOM files, or tiles that cannot be kept; `io`; `cancelled`
 * @example
 * await writeDicom('out', slide, { micronsPerPixel: slide.micronsPerPixel, container: 'scan-1' });
 */
export async function writeDicom(
  folder: string,
  slide: Slide,
  options: DicomOptions,
): Promise<WrittenLevels & { readonly files: readonly string[] }> {
  const { micronsPerPixel, compression = 'jpeg', overwrite = false } = options;
  if (micronsPerPixel === undefined) {
    const hint = 'say it with --microns-per-pixel or in column "mpp"';
    throw new FtuError('bad-input', 'its scale is unknown, and DICOM has no slides without', { subject: folder, hint });
  }
  const isNew = !(await exists(folder));
  const older = await dicomFilesIn(folder, overwrite);
  const series = await seriesOf(slide, options);
  const writer: SeriesWriter = { folder, slide, series, microns: pixelSize(micronsPerPixel), pending: new Map() };
  try {
    const begin = async () => {
      await discard(writer);
      return { begin: beginLevel.bind(undefined, writer) };
    };
    const { levels } = await writeLevels(slide, begin, { ...options, compression, limits: LIMITS });
    for (const file of writer.pending.values()) await file.commit();
    const files = [...writer.pending.keys()];
    for (const name of older) if (!writer.pending.has(name)) await rm(join(folder, name));
    return { levels, files };
  } catch (error) {
    await discard(writer);
    // A folder that is not empty stays.
    if (isNew) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function discard({ pending }: SeriesWriter): Promise<void> {
  await Promise.all([...pending.values()].map((file) => file.discard()));
  pending.clear();
}

/** Makes the folder. @returns DICOM files in it, which are to be replaced */
async function dicomFilesIn(folder: string, overwrite: boolean): Promise<string[]> {
  await makeFolder(folder);
  const found = (await readdir(folder)).filter((name) => /\.(dcm|dicom)$/i.test(name));
  if (found.length === 0 || overwrite) return found;
  const hint = 'name another folder, or replace it with --overwrite';
  throw new FtuError('bad-input', `there is a DICOM slide in it already (${found[0]})`, { subject: folder, hint });
}

async function seriesOf(slide: Slide, { container }: DicomOptions): Promise<SeriesFacts> {
  const now = new Date().toISOString().replace(/[-:T]/g, '');
  // A DICOM slide has a profile always (PS3.3, C.8.12.5): its own, or the one of colours that nobody says anything of.
  const own = await rgbProfileOf(slide);
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
    objectivePower: slide.info.objectivePower,
    profile: own ?? (await srgbProfile()),
    colourSpace: own === undefined ? 'SRGB' : undefined,
  };
}
