/** A DICOM file from its first byte to its pixels, of which only the place is noted. Source: PS3.10, chapter 7. */
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import { isDicom } from '../../known/known-formats.js';
import type { FrameIndex } from '../frames/item-frames.js';
import { Cursor, damaged } from './cursor.js';
import { type DataSet, numberOf, type ReadOptions, readDataSet, textOf, type Wanted } from './data-set.js';
import { type FramePositions, framePositions } from './frame-positions.js';
import { Tag } from './tags.js';
import { type TransferSyntax, transferSyntax } from './transfer-syntax.js';

/** Bytes that are free for others, then `DICM`. */
export const START = 132;
const LAST_META = 0x0002ffff;
/** Files beside a slide are looked at with less than a header. */
const GLANCE_BYTES = 8 << 10;

const optics = { [Tag.OpticalPathIdentifier]: 'value' } as const;
const measures = { [Tag.PixelSpacing]: 'value' } as const;

export const PER_FRAME: Wanted = {
  [Tag.PlanePositionSlideSequence]: {
    [Tag.ColumnPosition]: 'value',
    [Tag.RowPosition]: 'value',
    [Tag.ZOffset]: 'value',
  },
  [Tag.OpticalPathIdentificationSequence]: optics,
  [Tag.PixelMeasuresSequence]: measures,
};

export const WANTED: Wanted = {
  ...Object.fromEntries(
    [
      Tag.ImageType,
      Tag.SopClassUid,
      Tag.SopInstanceUid,
      Tag.AvailableTransferSyntaxUid,
      Tag.PyramidUid,
      Tag.Modality,
      Tag.SeriesInstanceUid,
      Tag.FrameOfReferenceUid,
      Tag.ConcatenationUid,
      Tag.InConcatenationNumber,
      Tag.InConcatenationTotalNumber,
      Tag.ConcatenationFrameOffsetNumber,
      Tag.DimensionOrganizationType,
      Tag.SamplesPerPixel,
      Tag.PhotometricInterpretation,
      Tag.PlanarConfiguration,
      Tag.NumberOfFrames,
      Tag.Rows,
      Tag.Columns,
      Tag.BitsAllocated,
      Tag.BitsStored,
      Tag.HighBit,
      Tag.PixelRepresentation,
      Tag.TotalColumns,
      Tag.TotalRows,
      Tag.SpecimenLabelInImage,
      Tag.TotalFocalPlanes,
    ].map((tag) => [tag, 'value' as const]),
  ),
  [Tag.OpticalPathSequence]: {
    ...optics,
    [Tag.ObjectiveLensPower]: 'value',
    [Tag.IccProfile]: 'place',
    [Tag.IlluminationTypeCodeSequence]: { [Tag.CodeValue]: 'value' },
  },
  [Tag.SharedFunctionalGroups]: {
    [Tag.PixelMeasuresSequence]: measures,
    [Tag.OpticalPathIdentificationSequence]: optics,
  },
  [Tag.PerFrameFunctionalGroups]: PER_FRAME,
  [Tag.ExtendedOffsetTable]: 'place',
  [Tag.ExtendedOffsetTableLengths]: 'place',
};

export interface DicomFile {
  readonly source: ByteSource;
  readonly syntax: TransferSyntax;
  readonly set: DataSet;
  /** What the functional groups of each frame say. */
  readonly positions: FramePositions;
  /** What the metadata say of an instance that is no file. */
  readonly properties?: () => [string, string][];
  /** Where the frames of an instance lie that is no file. */
  readonly framesOf?: (layout: { readonly frameBytes: number }) => FrameIndex;
}

/** What a file belongs to. */
export interface Belonging {
  readonly sopClass: string | undefined;
  readonly modality: string | undefined;
  readonly series: string | undefined;
}

/** Reads the file meta information; the cursor stands at the data set then. */
async function begin(cursor: Cursor): Promise<string> {
  const { name, size } = cursor.source;
  if (size < START || !isDicom(await cursor.source.read(0, START))) {
    throw new SlideError('bad-input', 'it does not begin as a DICOM file ("DICM" at byte 128)', {
      subject: name,
      hint: 'it is encrypted, cut off or of another format: export it again',
    });
  }
  const set = await readDataSet({
    cursor,
    isExplicit: true,
    wanted: { [Tag.TransferSyntaxUid]: 'value' },
    until: LAST_META,
  });
  const uid = textOf(set, Tag.TransferSyntaxUid);
  if (uid === undefined) throw damaged(name, 'the file meta information', 'the transfer syntax is missing');
  return uid;
}

/**
 * Reads as much as tells what a file belongs to.
 * @throws {SlideError} `bad-input` for what is no DICOM file, or is damaged before that
 */
export async function readBelonging(source: ByteSource): Promise<Belonging> {
  const cursor = new Cursor(source, START, GLANCE_BYTES);
  const { isExplicit } = transferSyntax(await begin(cursor), source.name);
  const wanted: Wanted = {
    [Tag.SopClassUid]: 'value',
    [Tag.Modality]: 'value',
    [Tag.SeriesInstanceUid]: 'value',
  };
  const set = await readDataSet({ cursor, isExplicit, wanted, until: Tag.SeriesInstanceUid + 1 });
  return {
    sopClass: textOf(set, Tag.SopClassUid),
    modality: textOf(set, Tag.Modality),
    series: textOf(set, Tag.SeriesInstanceUid),
  };
}

/** @throws {SlideError} `bad-input` for what is damaged or cut off, `unsupported` for a transfer syntax that is not read */
export async function readDicomFile(source: ByteSource): Promise<DicomFile> {
  const cursor = new Cursor(source, START);
  const syntax = transferSyntax(await begin(cursor), source.name);
  const positions = framePositions();
  const set = await readDataSet({
    cursor,
    isExplicit: syntax.isExplicit,
    wanted: WANTED,
    each: { tag: Tag.PerFrameFunctionalGroups, onItem: positions.add },
    until: Tag.PixelData,
  });
  return { source, syntax, set, positions };
}

/** @throws {SlideError} `bad-input` where the attribute is missing */
export function neededNumber({ source, set }: Pick<DicomFile, 'source' | 'set'>, tag: number, name: string): number {
  const value = numberOf(set, tag);
  if (value !== undefined) return value;
  throw damaged(source.name, 'its header', `${name} is missing`);
}

/**
 * Reads attributes of the reader's own choice, all before the pixels, and where these begin.
 * @param each gets the items of one sequence, which are then not kept
 * @param maxItems of a sequence that is kept
 * @throws {SlideError} `bad-input` for what is damaged or cut off, `unsupported` for a transfer syntax that is not read
 */
export async function readAttributes(
  source: ByteSource,
  wanted: Wanted,
  each?: ReadOptions['each'],
  maxItems?: number,
): Promise<DataSet> {
  const cursor = new Cursor(source, START);
  const { isExplicit } = transferSyntax(await begin(cursor), source.name);
  return readDataSet({
    cursor,
    isExplicit,
    wanted,
    until: Tag.PixelData,
    ...(each === undefined ? {} : { each }),
    ...(maxItems === undefined ? {} : { maxItems }),
  });
}
