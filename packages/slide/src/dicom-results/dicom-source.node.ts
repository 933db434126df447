/**
 * What results must know of the DICOM slide that they belong to: whose it is, which instances hold the pixels, and where these lie on the glass.
 * Only that is copied into results. Source: PS3.3, C.7.1.1, C.7.2.1, C.7.4.1, C.7.6.22 and C.8.12.4.
 */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ioError, isAddress } from '@ftuseg/files';
import type { Element } from '../dicom-out/elements.js';
import { describeInstance, type Instance } from '../formats/dicom/instance.js';
import { isDicomName, seriesOfFile, seriesOfFolder } from '../formats/dicom/series.js';
import { type DataSet, itemsOf, numbersOf, placeOf, textOf, type Wanted } from '../formats/dicom/structure/data-set.js';
import { readAttributes, readDicomFile } from '../formats/dicom/structure/read-file.js';
import { Tag } from '../formats/dicom/structure/tags.js';
import { SlideError } from '../slide-error.js';
import type { ByteSource } from '../source/byte-source.js';
import type { FileFolder } from '../source/file-folder.js';
import { openFileSource } from '../source/file-source.node.js';
import { openHttpSource } from '../source/http-source.js';
import { localFolder } from '../source/local-folder.node.js';
import { utf8Texts } from './result-text.js';
import type { SlidePlace } from './slide-place.js';

/** A DICOM slide as its results refer to it. */
export interface DicomSource {
  /** For messages. */
  readonly name: string;
  readonly study: string;
  readonly series: string;
  /** Of its largest level: one, or the parts of a concatenation. */
  readonly instances: readonly string[];
  readonly frameOfReference: string;
  /** What its coordinates are from, such as the slide's corner. */
  readonly positionReference: Element;
  /** Where the pixels of its largest level lie. */
  readonly place: SlidePlace;
  /** Millimetres; see `USUAL_THICKNESS`. */
  readonly sliceThickness: number;
  /** Its pixels have been compressed with loss. */
  readonly isLossy: boolean;
  /** Patient and study, as the files have them, in UTF-8 where their character set can be told. */
  readonly identity: readonly Element[];
  /** The glass slide and what is on it, as the files have them; none where they do not say. */
  readonly specimen: readonly Element[];
  /** Of the texts in these: UTF-8, or the files' own where it cannot be told; undefined: the default, ASCII. */
  readonly characterSet: string | undefined;
}

const StudyInstanceUid = 0x0020000d;
const SpecificCharacterSet = 0x00080005;
const LossyImageCompression = 0x00282110;
const SliceThickness = 0x00180050;
/** Micrometres. */
const ImagedVolumeDepth = 0x00480003;
const OriginSequence = 0x00480008;
const [XOffset, YOffset] = [0x0040072a, 0x0040073a];
const ImageOrientationSlide = 0x00480102;
const PositionReferenceIndicator = 0x00201040;
const [ContainerType, Specimens] = [0x00400518, 0x00400560];

/** Copied as they are, and empty where the standard asks for them and the slide has none. */
const REQUIRED: readonly (readonly [tag: number, representation: string])[] = [
  [0x00080020, 'DA'],
  [0x00080030, 'TM'],
  [0x00080050, 'SH'],
  [0x00080090, 'PN'],
  [0x00100010, 'PN'],
  [0x00100020, 'LO'],
  [0x00100030, 'DA'],
  [0x00100040, 'CS'],
  [0x00200010, 'SH'],
];
/** Copied where the slide has them: study description, issuer of the patient's identifier. */
const OPTIONAL: readonly (readonly [tag: number, representation: string])[] = [
  [0x00081030, 'LO'],
  [0x00100021, 'LO'],
];
const CONTAINER: readonly (readonly [tag: number, representation: string])[] = [[0x00400512, 'LO']];
const CODE: readonly (readonly [tag: number, representation: string])[] = [
  [0x00080100, 'SH'],
  [0x00080102, 'SH'],
  [0x00080104, 'LO'],
];
const SPECIMEN: readonly (readonly [tag: number, representation: string])[] = [
  [0x00400551, 'LO'],
  [0x00400554, 'UI'],
];

const placesOf = (attributes: readonly (readonly [tag: number, representation: string])[]): Wanted =>
  Object.fromEntries(attributes.map(([tag]) => [tag, 'place' as const]));

const WANTED: Wanted = {
  ...placesOf([...REQUIRED, ...OPTIONAL, ...CONTAINER]),
  [StudyInstanceUid]: 'value',
  [SpecificCharacterSet]: 'place',
  [PositionReferenceIndicator]: 'value',
  [Tag.SeriesInstanceUid]: 'value',
  [LossyImageCompression]: 'value',
  [ImagedVolumeDepth]: 'value',
  [ImageOrientationSlide]: 'value',
  [OriginSequence]: { [XOffset]: 'value', [YOffset]: 'value' },
  [ContainerType]: placesOf(CODE),
  [Specimens]: placesOf(SPECIMEN),
  [Tag.SharedFunctionalGroups]: { [Tag.PixelMeasuresSequence]: { [SliceThickness]: 'value' } },
};

/**
 * Reads what results need of a DICOM slide, from the file or folder that `openSlide` takes.
 * @throws {SlideError} `unsupported` for what is no DICOM slide, or one with several optical paths; `bad-input` for one without study, frame of
 * reference, pixel spacing, place or orientation
 * @example
 * const source = await readDicomSource('scan-1');
 */
export async function readDicomSource(path: string): Promise<DicomSource> {
  const files = await filesOf(path);
  try {
    return await sourceOf(files, path);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function filesOf(path: string): Promise<readonly ByteSource[]> {
  const open = async (): Promise<ByteSource> => (isAddress(path) ? openHttpSource(path) : openFileSource(path));
  const seriesOf = async (file: ByteSource, beside: FileFolder | undefined): Promise<readonly ByteSource[]> =>
    seriesOfFile(file, beside).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
  if (isAddress(path)) return seriesOf(await open(), undefined);
  const entry = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  const folder = localFolder(entry.isDirectory() ? path : dirname(path));
  if (entry.isDirectory()) return seriesOfFolder(folder, ((await folder.names()) ?? []).filter(isDicomName));
  return seriesOf(await open(), folder);
}

async function sourceOf(files: readonly ByteSource[], name: string): Promise<DicomSource> {
  const [base, ...parts] = await largestLevel(files, name);
  const { file, width, height, spacing, paths, uid, frameOfReference } = base;
  const set = await readAttributes(file.source, WANTED);
  const refuse = (problem: string, hint = 'export the slide again, with all that DICOM requires of one'): SlideError =>
    new SlideError('bad-input', problem, { subject: file.source.name, hint });
  const needed = (text: string | undefined, what: string): string => {
    if (text !== undefined) return text;
    throw refuse(`${what} is missing, and results of a slide refer to it`);
  };
  if (paths.length > 1) {
    const problem = `the slide has ${paths.length} optical paths, and results do not say which of them they are of`;
    throw new SlideError('unsupported', problem, {
      subject: file.source.name,
      hint: 'export the brightfield path as a slide of its own',
    });
  }
  const [down, across] = spacing;
  if (!(isSize(down) && isSize(across))) {
    throw refuse(
      'PixelSpacing is missing, and results are in millimetres',
      'convert it with `ftu convert --format dicom --microns-per-pixel`',
    );
  }
  const [origin] = itemsOf(set, OriginSequence);
  const [x, y] = [numbersOf(origin, XOffset)[0], numbersOf(origin, YOffset)[0]];
  const orientation = numbersOf(set, ImageOrientationSlide);
  if (x === undefined || y === undefined || ![x, y].every(Number.isFinite)) {
    throw refuse('where it lies on the glass (TotalPixelMatrixOriginSequence) is missing');
  }
  if (orientation.length !== 6 || !orientation.every(Number.isFinite)) {
    throw refuse('how it lies on the glass (ImageOrientationSlide) is missing');
  }
  if (Math.abs(orientation[2] ?? 0) + Math.abs(orientation[5] ?? 0) > MAX_TILT) {
    throw refuse(`it does not lie flat on the glass (ImageOrientationSlide is ${orientation.join(', ')})`);
  }
  const [a = 0, b = 0, , c = 0, d = 0] = orientation;
  if (!(Math.abs(a * d - b * c) > MIN_TURN)) {
    throw refuse(`its columns and rows run along one line (ImageOrientationSlide is ${orientation.join(', ')})`);
  }
  const measures = itemsOf(itemsOf(set, Tag.SharedFunctionalGroups)[0], Tag.PixelMeasuresSequence)[0];
  const [thickness] = numbersOf(measures, SliceThickness);
  const [depth = 0] = numbersOf(set, ImagedVolumeDepth);
  return {
    name,
    study: needed(textOf(set, StudyInstanceUid), 'the study (StudyInstanceUID)'),
    series: needed(textOf(set, Tag.SeriesInstanceUid), 'the series (SeriesInstanceUID)'),
    instances: [uid, ...parts.map((part) => part.uid)].map((one) => needed(one, 'the instance (SOPInstanceUID)')),
    frameOfReference: needed(frameOfReference, 'the frame of reference (FrameOfReferenceUID)'),
    positionReference: [PositionReferenceIndicator, 'LO', textOf(set, PositionReferenceIndicator) ?? ''],
    place: { width, height, spacing: { x: across, y: down }, origin: { x, y }, orientation },
    sliceThickness: [thickness, depth / 1000].find(isSize) ?? USUAL_THICKNESS,
    isLossy: textOf(set, LossyImageCompression) === '01',
    ...(await identityOf(file.source, set)),
  };
}

/** Cosine of an angle that is none but for rounding. */
const MAX_TILT = 1e-6;
/** Sine of the least angle between columns and rows. */
const MIN_TURN = 0.5;

/** Millimetres, where the slide states neither SliceThickness nor ImagedVolumeDepth or 0: the standard asks for a number, and `writeDicom` writes this one. */
const USUAL_THICKNESS = 0.001;

const isSize = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0;

/** The files of the largest level, in their order, without copies. */
async function largestLevel(files: readonly ByteSource[], name: string): Promise<readonly [Instance, ...Instance[]]> {
  const levels = new Map<string | undefined, Instance>();
  for (const file of files) {
    const instance = describeInstance(await readDicomFile(file));
    if (instance?.kind === 'level') levels.set(instance.uid, instance);
  }
  const width = Math.max(...[...levels.values()].map((level) => level.width));
  const [base, ...parts] = [...levels.values()]
    .filter((level) => level.width === width)
    .sort((a, b) => (a.part?.number ?? 0) - (b.part?.number ?? 0));
  if (base !== undefined) return [base, ...parts];
  const hint = 'give the folder of the whole series';
  throw new SlideError('bad-input', 'there is no level of the slide (an image of type VOLUME)', {
    subject: name,
    hint,
  });
}

async function identityOf(
  source: ByteSource,
  set: DataSet,
): Promise<Pick<DicomSource, 'identity' | 'specimen' | 'characterSet'>> {
  const copy = async (
    from: DataSet,
    attributes: readonly (readonly [tag: number, representation: string])[],
    isRequired = false,
  ): Promise<Element[]> => {
    const copies = attributes.map(async ([tag, representation]): Promise<Element | undefined> => {
      const place = placeOf(from, tag);
      if (place?.length === undefined) return isRequired ? [tag, representation, ''] : undefined;
      return [tag, representation, new Uint8Array(await source.read(place.offset, place.length))];
    });
    return (await Promise.all(copies)).filter((one) => one !== undefined);
  };
  const specimens: Element[][] = [];
  for (const specimen of itemsOf(set, Specimens)) {
    const item = await copy(specimen, SPECIMEN);
    specimens.push([...item, [0x00400562, 'SQ', []], [0x00400610, 'SQ', []]]);
  }
  const types: Element[][] = [];
  for (const type of itemsOf(set, ContainerType)) types.push(await copy(type, CODE));
  const characters = await copy(set, [[SpecificCharacterSet, 'CS']]);
  const [[, , value] = []] = characters;
  const characterSet = value instanceof Uint8Array ? String.fromCharCode(...value).trim() : undefined;
  const container = await copy(set, CONTAINER);
  const identity = [...(await copy(set, REQUIRED, true)), ...(await copy(set, OPTIONAL))];
  const specimen: Element[] =
    specimens.length === 0 || container.length === 0
      ? []
      : [...container, [0x00400513, 'SQ', []], [ContainerType, 'SQ', types], [Specimens, 'SQ', specimens]];
  const texts = utf8Texts([...identity, ...specimen], characterSet === '' ? undefined : characterSet);
  return {
    characterSet: texts.characterSet,
    identity: texts.elements.slice(0, identity.length),
    specimen: texts.elements.slice(identity.length),
  };
}
