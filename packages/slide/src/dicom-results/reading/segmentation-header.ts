/** What a segmentation says of itself, held against its slide, and where its frames lie. Source: PS3.3, A.51, C.8.20 and C.7.6.17.3. */
import { damaged } from '../../formats/dicom/structure/cursor.js';
import {
  type DataSet,
  itemsOf,
  numberOf,
  numbersOf,
  textOf,
  type Wanted,
} from '../../formats/dicom/structure/data-set.js';
import { Tag } from '../../formats/dicom/structure/tags.js';
import { SlideError } from '../../slide-error.js';
import type { DicomSource } from '../dicom-source.node.js';
import { BELONGING } from './result-of-slide.node.js';

const SegmentationType = 0x00620001;
const SegmentSequence = 0x00620002;
const SegmentNumber = Tag.SegmentNumber;
const SegmentIdentification = 0x0062000a;
const PixelPaddingValue = 0x00280120;
const OriginSequence = 0x00480008;
const [XOffset, YOffset] = [0x0040072a, 0x0040073a];
const Orientation = 0x00480102;

export const SEGMENTATION_HEADER: Wanted = {
  ...BELONGING,
  [SegmentationType]: 'value',
  [SegmentSequence]: { [SegmentNumber]: 'value' },
  [Tag.DimensionOrganizationType]: 'value',
  [Tag.NumberOfFrames]: 'value',
  [Tag.Rows]: 'value',
  [Tag.Columns]: 'value',
  [Tag.BitsAllocated]: 'value',
  [PixelPaddingValue]: 'value',
  [Tag.TotalColumns]: 'value',
  [Tag.TotalRows]: 'value',
  [OriginSequence]: { [XOffset]: 'value', [YOffset]: 'value' },
  [Orientation]: 'value',
  [Tag.SharedFunctionalGroups]: {
    [Tag.PixelMeasuresSequence]: { [Tag.PixelSpacing]: 'value' },
    [SegmentIdentification]: { [Tag.ReferencedSegmentNumber]: 'value' },
  },
  [Tag.PerFrameFunctionalGroups]: {
    [Tag.PlanePositionSlideSequence]: { [Tag.ColumnPosition]: 'value', [Tag.RowPosition]: 'value' },
    [SegmentIdentification]: { [Tag.ReferencedSegmentNumber]: 'value' },
  },
};

/** A frame, in pixels of the whole picture from 0. */
export interface SegmentFrame {
  readonly left: number;
  readonly top: number;
  /** Number of its segment, which is the label; undefined in a label map, whose pixels say it themselves. */
  readonly segment: number | undefined;
}

/** What a pixel is stored as: a bit of its frame's segment, or in a label map the number of its segment. */
export type SegmentPixels =
  | { readonly bits: 1 }
  | { readonly bits: 8 | 16; readonly background: number; readonly segments: ReadonlySet<number> };

export interface SegmentationHeader {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: SegmentPixels;
  /** In the order of the file. */
  readonly frames: readonly SegmentFrame[];
}

/** Pixels of a frame that is read at once. */
const MAX_FRAME = 1 << 26;
/** Labels have a byte. */
const MAX_SEGMENT = 255;
/** How far the spacing, as a share, and the origin, in pixels, may be from the slide's: the rounding of decimals. */
const [MAX_DRIFT, MAX_SHIFT] = [0.001, 0.5];
const MAX_TURN = 1e-4;

/** What the functional groups of a frame say; undefined for what they do not. */
export interface FrameGroups {
  readonly column: number | undefined;
  readonly row: number | undefined;
  readonly segment: number | undefined;
}

export function groupsOf(item: DataSet): FrameGroups {
  const [place] = itemsOf(item, Tag.PlanePositionSlideSequence);
  return {
    column: numberOf(place, Tag.ColumnPosition),
    row: numberOf(place, Tag.RowPosition),
    segment: numberOf(itemsOf(item, SegmentIdentification)[0], Tag.ReferencedSegmentNumber),
  };
}

/**
 * @param groups of each frame
 * @throws {SlideError} `bad-input` for one of another size, place or scale than the slide's, or that contradicts itself; `unsupported` for fractions
 */
export function readHeader(
  set: DataSet,
  groups: readonly FrameGroups[],
  slide: DicomSource,
  path: string,
): SegmentationHeader {
  const segments = segmentsOf(set, path);
  const pixels = pixelsOf(set, segments, path);
  checkPlace(set, slide, path);
  const count = (tag: number, name: string, most: number): number => {
    const value = numberOf(set, tag) ?? 0;
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw damaged(path, 'its header', `${name} is ${value}, which is impossible`);
  };
  const [rows, columns] = [count(Tag.Rows, 'Rows', 65535), count(Tag.Columns, 'Columns', 65535)];
  if (rows * columns > MAX_FRAME) {
    const problem = `its frames have ${columns} x ${rows} pixels, more than ${MAX_FRAME}`;
    throw new SlideError('unsupported', problem, { subject: path, hint: 'export it in tiles' });
  }
  const total = count(Tag.NumberOfFrames, 'NumberOfFrames', 2 ** 31 - 1);
  const shared = itemsOf(itemsOf(set, Tag.SharedFunctionalGroups)[0], SegmentIdentification)[0];
  const common = numberOf(shared, Tag.ReferencedSegmentNumber);
  const isMap = pixels.bits > 1;
  const planes = isMap ? [undefined] : segments.toSorted((a, b) => a - b);
  const frames =
    textOf(set, Tag.DimensionOrganizationType) === 'TILED_FULL'
      ? inOrder(total, planes, { rows, columns }, slide, path)
      : placed(total, groups, { isMap, common }, path);
  for (const { segment } of frames) {
    if (segment !== undefined && !segments.includes(segment))
      throw damaged(path, 'a frame', `it is of segment ${segment}, which there is not`);
  }
  return { rows, columns, pixels, frames };
}

/** @returns numbers of its segments */
function segmentsOf(set: DataSet, path: string): number[] {
  const segments = itemsOf(set, SegmentSequence).map((segment) => numberOf(segment, SegmentNumber) ?? -1);
  if (segments.length === 0 || segments.some((number) => !Number.isInteger(number) || number < 0)) {
    throw damaged(path, 'its header', 'SegmentSequence has no segments with numbers');
  }
  if (Math.max(...segments) > MAX_SEGMENT) {
    const problem = `it has a segment ${Math.max(...segments)}, and label values end at ${MAX_SEGMENT}`;
    throw new SlideError('unsupported', problem, { subject: path, hint: 'export the segments that are wanted' });
  }
  return segments;
}

/** Source of label maps: PS3.3, A.51 and C.8.20.2 (since 2024). The background is what PixelPaddingValue names. */
function pixelsOf(set: DataSet, segments: readonly number[], path: string): SegmentPixels {
  const type = textOf(set, SegmentationType);
  const bits = numberOf(set, Tag.BitsAllocated);
  const background = numberOf(set, PixelPaddingValue) ?? 0;
  if (type === 'BINARY' && bits === 1) {
    if (segments.includes(0)) throw damaged(path, 'its header', 'segments have numbers from 1, and it has a segment 0');
    return { bits };
  }
  if (type === 'LABELMAP' && (bits === 8 || bits === 16)) {
    if (background !== 0 && segments.includes(0)) {
      const problem = `its segment 0 would be no label, since 0 is the background of labels (its own is ${background})`;
      throw new SlideError('unsupported', problem, { subject: path, hint: 'export it with other numbers' });
    }
    return { bits, background, segments: new Set(segments) };
  }
  const problem = `it is a segmentation of kind ${type ?? 'unknown'} with ${bits ?? '?'} bits; BINARY ones of 1 bit and LABELMAP ones of 8 or 16 are labels`;
  throw new SlideError('unsupported', problem, { subject: path, hint: 'export it as a binary segmentation' });
}

/** Tiles row by row, all of one segment before those of the next; of a label map there is one plane. */
function inOrder(
  total: number,
  planes: readonly (number | undefined)[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { place: { width, height } }: DicomSource,
  path: string,
): SegmentFrame[] {
  const [across, down] = [Math.ceil(width / columns), Math.ceil(height / rows)];
  if (total !== across * down * planes.length) {
    const what = planes[0] === undefined ? 'a label map' : `${planes.length} segments`;
    const problem = `it has ${total} frames, and ${what} of ${across} x ${down} tiles would have ${across * down * planes.length}`;
    throw damaged(path, 'its header', problem);
  }
  return planes.flatMap((segment) =>
    Array.from({ length: across * down }, (_, i) => ({
      left: (i % across) * columns,
      top: Math.floor(i / across) * rows,
      segment,
    })),
  );
}

/** @param common the segment of frames whose own functional groups do not say one; frames of a label map are of none */
function placed(
  total: number,
  groups: readonly FrameGroups[],
  { isMap, common }: { readonly isMap: boolean; readonly common: number | undefined },
  path: string,
): SegmentFrame[] {
  if (groups.length !== total) {
    throw damaged(path, 'its header', `it has ${total} frames, and functional groups of ${groups.length}`);
  }
  return groups.map(({ column, row, segment: own }, i) => {
    const segment = isMap ? undefined : (own ?? common);
    if (column === undefined || row === undefined || (!isMap && segment === undefined)) {
      throw damaged(path, `frame ${i + 1}`, 'its place or its segment is missing');
    }
    if (column < 1 || row < 1) throw damaged(path, `frame ${i + 1}`, `it lies at column ${column}, row ${row}`);
    return { left: column - 1, top: row - 1, segment };
  });
}

/** @throws {SlideError} `bad-input` */
function checkPlace(set: DataSet, { place, name }: DicomSource, path: string): void {
  const refuse = (problem: string): SlideError =>
    new SlideError('bad-input', `${problem} (slide ${name})`, {
      subject: path,
      hint: 'only segmentations of the largest level are labels: make it of that one',
    });
  const [width, height] = [numberOf(set, Tag.TotalColumns), numberOf(set, Tag.TotalRows)];
  if (width !== place.width || height !== place.height) {
    throw refuse(`it is ${width ?? '?'} x ${height ?? '?'} pixels, the slide is ${place.width} x ${place.height}`);
  }
  const measures = itemsOf(itemsOf(set, Tag.SharedFunctionalGroups)[0], Tag.PixelMeasuresSequence)[0];
  const [down, across] = numbersOf(measures, Tag.PixelSpacing);
  const { spacing, origin, orientation } = place;
  if (across !== undefined && down !== undefined) {
    const drift = Math.max(Math.abs(across / spacing.x - 1), Math.abs(down / spacing.y - 1));
    if (!(drift <= MAX_DRIFT)) {
      throw refuse(`its pixels are ${across} x ${down} mm, those of the slide ${spacing.x} x ${spacing.y}`);
    }
  }
  const turned = numbersOf(set, Orientation);
  if (turned.length > 0 && !turned.every((value, i) => Math.abs(value - (orientation[i] ?? 0)) <= MAX_TURN)) {
    throw refuse('it lies turned on the glass against the slide (ImageOrientationSlide)');
  }
  const [at] = itemsOf(set, OriginSequence);
  const [x, y] = [numberOf(at, XOffset), numberOf(at, YOffset)];
  if (x === undefined || y === undefined) return;
  const shift = Math.hypot(x - origin.x, y - origin.y) / Math.min(spacing.x, spacing.y);
  if (!(shift <= MAX_SHIFT)) throw refuse(`it begins ${Math.round(shift)} pixels beside the slide on the glass`);
}
