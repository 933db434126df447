/**
 * A DICOM file of results beside the slide that it is given for. It must say itself that it is of this slide: by the series that it refers to, and by the
 * frame of reference of its coordinates. Source: PS3.3, C.7.4.1, C.7.6.1.1.2 and C.17.2.3.
 */
import { open } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { localCopy } from '@ftuseg/files';
import { type DataSet, itemsOf, textOf, type Wanted } from '../../formats/dicom/structure/data-set.js';
import { readBelonging } from '../../formats/dicom/structure/read-file.js';
import { Tag } from '../../formats/dicom/structure/tags.js';
import { SlideError } from '../../slide-error.js';
import { openFileSource } from '../../source/file-source.node.js';
import { type DicomSource, readDicomSource } from '../dicom-source.node.js';
import { SEGMENTATIONS } from '../sop-classes.js';

const ReferencedSeries = 0x00081115;
const Evidence = 0x0040a375;
const SERIES: Wanted = { [Tag.SeriesInstanceUid]: 'value' };

/** What `checkBelongs` asks. */
export const BELONGING: Wanted = {
  [Tag.SopClassUid]: 'value',
  [Tag.FrameOfReferenceUid]: 'value',
  [Tag.ConcatenationUid]: 'value',
  [ReferencedSeries]: SERIES,
  [Evidence]: { [ReferencedSeries]: SERIES },
};

const START = 132;

/** @param bytes the first of a file, 132 at least */
export const isDicomStart = (bytes: Uint8Array): boolean =>
  bytes.length >= START && String.fromCharCode(...bytes.subarray(START - 4, START)) === 'DICM';

/** Whether a file begins as DICOM files do; false also for one that cannot be read, of which others say why. */
export async function isDicomFile(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0);
    return isDicomStart(buffer.subarray(0, bytesRead));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/**
 * Whether a file is a DICOM segmentation, which is a label image, rather than drawn objects.
 * @param path of a file, or its address; false for one that cannot be read, of which others say why
 * @example
 * const row = (await isDicomSegmentation(path)) ? { mask: path } : { annotations: path };
 */
export async function isDicomSegmentation(path: string): Promise<boolean> {
  const local = await localCopy(path).catch(() => undefined);
  if (local === undefined || !(await isDicomFile(local))) return false;
  const file = await openFileSource(local);
  try {
    return SEGMENTATIONS.includes((await readBelonging(file)).sopClass ?? '');
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/**
 * The slide that results are compared with.
 * @param path of the results, for messages
 * @throws {SlideError} that names both, for a slide that is no DICOM or lacks what results refer to
 */
export async function slideOfResult(image: string, path: string): Promise<DicomSource> {
  try {
    return await readDicomSource(image);
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    const problem = `it is DICOM of a DICOM slide, and of ${image || 'no slide'} nothing says that it is that one: ${error.problem}`;
    const hint = 'give the DICOM slide that it was made of';
    throw new SlideError(error.code === 'io' ? 'io' : 'bad-input', problem, { subject: path, hint, cause: error });
  }
}

/** @throws {SlideError} `bad-input` for results of another slide, or ones that do not say of which */
export function checkBelongs(set: DataSet, slide: DicomSource, path: string): void {
  const evidence = itemsOf(set, Evidence).flatMap((study) => itemsOf(study, ReferencedSeries));
  const named = [...itemsOf(set, ReferencedSeries), ...evidence].flatMap(
    (series) => textOf(series, Tag.SeriesInstanceUid) ?? [],
  );
  const refuse = (problem: string): SlideError =>
    new SlideError('bad-input', problem, { subject: path, hint: 'give the slide that it was made of' });
  if (named.length > 0 && !named.includes(slide.series)) {
    throw refuse(`it is of the series ${named[0]}, and the slide ${slide.name} is the series ${slide.series}`);
  }
  const frame = textOf(set, Tag.FrameOfReferenceUid);
  if (frame !== undefined) checkFrame(frame, slide, path);
  else if (named.length === 0) throw refuse('it does not say of which slide it is (ReferencedSeriesSequence)');
  if (textOf(set, Tag.ConcatenationUid) === undefined) return;
  const hint = 'join its parts, or export it as one file';
  throw new SlideError('unsupported', 'it is one part of several (a concatenation)', { subject: path, hint });
}

/** @throws {SlideError} `bad-input` for coordinates of another slide */
export function checkFrame(frame: string, { frameOfReference, name }: DicomSource, path: string): void {
  if (frame === frameOfReference) return;
  const problem = `its frame of reference is ${frame}, that of the slide ${name} is ${frameOfReference}`;
  throw new SlideError('bad-input', problem, { subject: path, hint: 'give the slide that it was made of' });
}
