/** Finds the files of a slide: all of one series that lie in a folder, or beside the one that was opened. */
import { FtuError } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import { type Belonging, readBelonging } from './structure/read-file.js';

export const WHOLE_SLIDE = '1.2.840.10008.5.1.4.1.1.77.1.6';
/** Files that are looked at side by side. */
const AT_ONCE = 8;
/** A folder with more files is no folder of one slide or of a few. */
const MAX_FILES = 10_000;

/** What people take for slides. Source: PS3.6, annex A. */
const OTHERS: Readonly<Record<string, string | undefined>> = {
  '1.2.840.10008.5.1.4.1.1.2': 'CT',
  '1.2.840.10008.5.1.4.1.1.4': 'MR',
  '1.2.840.10008.5.1.4.1.1.7': 'secondary capture',
  '1.2.840.10008.5.1.4.1.1.77.1.2': 'microscopic photograph',
  '1.2.840.10008.5.1.4.1.1.77.1.3': 'slide-coordinates microscopy',
  '1.2.840.10008.5.1.4.1.1.77.1.4': 'photograph',
  '1.2.840.10008.5.1.4.1.1.66.4': 'segmentation',
  '1.2.840.10008.5.1.4.1.1.66.7': 'segmentation',
  '1.2.840.10008.5.1.4.1.1.88.33': 'structured report',
  '1.2.840.10008.5.1.4.1.1.88.34': 'structured report',
  '1.2.840.10008.5.1.4.1.1.91.1': 'annotations',
  '1.2.840.10008.5.1.4.1.1.104.1': 'PDF',
  '1.2.840.10008.1.3.10': 'directory of files (DICOMDIR)',
};

/** Hidden files are none: systems keep notes of their own in them. */
export const isDicomName = (name: string): boolean => /\.(dcm|dicom)$/i.test(name) && !/(^|[\\/])\.[^\\/]*$/.test(name);

interface Candidate extends Belonging {
  readonly name: string;
  readonly source: ByteSource;
}

export function noSlide({ sopClass, modality }: Belonging, subject: string): SlideError {
  const what = OTHERS[sopClass ?? ''] ?? (modality === undefined ? undefined : `modality ${modality.slice(0, 16)}`);
  return new SlideError(
    'unsupported',
    `this DICOM file is no whole slide${what === undefined ? '' : `, but of another kind: ${what}`}`,
    { subject, hint: 'give the files of a VL Whole Slide Microscopy series' },
  );
}

/** @throws {SlideError} `bad-input` without a series */
function seriesOf({ series }: Belonging, subject: string): string {
  if (series !== undefined) return series;
  const hint = 'the file is damaged: export it again';
  throw new SlideError('bad-input', 'the series that it belongs to (SeriesInstanceUID) is missing', { subject, hint });
}

/**
 * The files of the series of a file, itself first.
 * @throws {SlideError} `unsupported` for a DICOM file that is no slide, `bad-input` for what is none
 */
export async function seriesOfFile(source: ByteSource, beside: FileFolder | undefined): Promise<ByteSource[]> {
  const own = await readBelonging(source);
  if (own.sopClass !== WHOLE_SLIDE) throw noSlide(own, source.name);
  const series = seriesOf(own, source.name);
  const ownName = source.name.split(/[\\/]/).at(-1) ?? '';
  const hasEnding = isDicomName(ownName);
  const names = ((await beside?.names()) ?? []).filter((name) => name !== ownName && isDicomName(name) === hasEnding);
  if (beside === undefined || names.length === 0) return [source];
  const others = await lookAt(beside, names, async (name, other) => {
    // What lies beside a slide need not be one, nor be sound.
    const found = await readBelonging(other).catch((error: unknown) => {
      if (error instanceof FtuError && error.code !== 'io') return undefined;
      throw error;
    });
    return found?.series === series && found.sopClass === WHOLE_SLIDE ? { name, source: other, ...found } : undefined;
  });
  return [source, ...others.map((other) => other.source)];
}

/**
 * The files of the one series of slides in a folder.
 * @throws {SlideError} `bad-input` for two series, `unsupported` for files of which none is of a slide
 */
export async function seriesOfFolder(folder: FileFolder, names: readonly string[]): Promise<ByteSource[]> {
  let noSlideOf: Belonging = { sopClass: undefined, modality: undefined, series: undefined };
  const found = await lookAt(folder, names, async (name, source) => {
    const belonging = await readBelonging(source);
    if (belonging.sopClass === WHOLE_SLIDE) return { name, source, ...belonging };
    noSlideOf = belonging;
    return undefined;
  });
  try {
    const [first] = found;
    if (first === undefined) throw noSlide(noSlideOf, folder.name);
    const series = seriesOf(first, first.source.name);
    const other = found.find((one) => seriesOf(one, one.source.name) !== series);
    if (other !== undefined) {
      throw new SlideError(
        'bad-input',
        `there are two slides in this folder: ${first.name} is of the series ${series}, ${other.name} of ${other.series}`,
        { subject: folder.name, hint: 'put each series into a folder of its own, or give one of its files' },
      );
    }
    return found.map(({ source }) => source);
  } catch (error) {
    await closeAll(found);
    throw error;
  }
}

const closeAll = (files: readonly { readonly source: ByteSource }[]): Promise<unknown> =>
  Promise.all(files.map(({ source }) => source.close()));

/** Opens files and keeps those that `take` gives back, in the order of their names; the others, and after a failure all, are closed. */
async function lookAt(
  folder: FileFolder,
  names: readonly string[],
  take: (name: string, source: ByteSource) => Promise<Candidate | undefined>,
): Promise<Candidate[]> {
  if (names.length > MAX_FILES) {
    throw new SlideError('unsupported', `there are ${names.length} DICOM files in one folder, more than ${MAX_FILES}`, {
      subject: folder.name,
      hint: 'put each series into a folder of its own',
    });
  }
  const kept: (Candidate | undefined)[] = [];
  let next = 0;
  let failed: { readonly reason: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (next < names.length && failed === undefined) {
      const at = next++;
      const name = names[at] as string;
      const source = await folder.open(name);
      if (source === undefined) continue;
      try {
        kept[at] = await take(name, source);
      } finally {
        if (kept[at] === undefined) await source.close();
      }
    }
  };
  const guarded = (): Promise<void> =>
    work().catch((reason: unknown) => {
      failed ??= { reason };
    });
  await Promise.all(Array.from({ length: AT_ONCE }, guarded));
  const found = kept.filter((one) => one !== undefined);
  if (failed === undefined) return found;
  await closeAll(found);
  throw failed.reason;
}
