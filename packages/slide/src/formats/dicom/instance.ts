/** One instance of a slide: which picture it is, how large, and what it is part of. Source: PS3.3, A.32.8 and C.8.12. */
import type { SlideError } from '../../slide-error.js';
import { damaged } from './structure/cursor.js';
import { itemsOf, numberOf, numbersOf, type Place, placeOf, textOf, textsOf } from './structure/data-set.js';
import { type DicomFile, neededNumber } from './structure/read-file.js';
import { Tag } from './structure/tags.js';

export type Kind = 'level' | 'label' | 'macro' | 'thumbnail';

export interface OpticalPath {
  readonly id: string | undefined;
  readonly illumination: string | undefined;
  readonly objectivePower: number | undefined;
  readonly profile: Place | undefined;
}

/** A part of a picture that a writer has spread over several files. */
export interface ConcatenationPart {
  readonly uid: string;
  /** From 1. */
  readonly number: number;
  readonly total: number | undefined;
  /** Frames in the parts before. */
  readonly firstFrame: number | undefined;
}

export interface Instance {
  readonly file: DicomFile;
  readonly kind: Kind;
  readonly uid: string | undefined;
  readonly frameOfReference: string | undefined;
  readonly pyramid: string | undefined;
  /** Of the whole picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** In this file. */
  readonly frames: number;
  readonly focalPlanes: number;
  /** `TILED_FULL` or `TILED_SPARSE`; undefined where the file does not say. */
  readonly organization: string | undefined;
  readonly paths: readonly OpticalPath[];
  /** Of all frames. */
  readonly sharedPath: string | undefined;
  /** Millimetres between rows and between columns; empty where the file does not say. */
  readonly spacing: readonly number[];
  readonly part: ConcatenationPart | undefined;
  /** It says that it was made of a larger picture of the same kind. */
  readonly isResampled: boolean;
}

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  VOLUME: 'level',
  LABEL: 'label',
  OVERVIEW: 'macro',
  THUMBNAIL: 'thumbnail',
};

const MAX_SIDE = 2 ** 31 - 1;
const MAX_TILE_SIDE = 65536;
const MAX_FRAMES = 2 ** 31 - 1;

/**
 * @returns undefined for a picture of a kind that is neither a level nor one that comes along
 * @throws {SlideError} `bad-input` for what is missing or impossible
 */
export function describeInstance(file: DicomFile): Instance | undefined {
  const { set, source, positions } = file;
  const kind = kindOf(file);
  if (kind === undefined) return undefined;
  const fail = (problem: string): SlideError => damaged(source.name, 'its header', problem);
  const whole = (value: number, most: number, name: string): number => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw fail(`${name} is ${value}, which is impossible`);
  };
  const tileWidth = whole(neededNumber(file, Tag.Columns, 'Columns'), MAX_TILE_SIDE, 'Columns');
  const tileHeight = whole(neededNumber(file, Tag.Rows, 'Rows'), MAX_TILE_SIDE, 'Rows');
  const frames = whole(numberOf(set, Tag.NumberOfFrames) ?? 1, MAX_FRAMES, 'NumberOfFrames');
  const [width, height] = [Tag.TotalColumns, Tag.TotalRows].map((tag) => numberOf(set, tag));
  if ((width === undefined || height === undefined) && frames > 1) {
    throw fail('the size of the whole picture (TotalPixelMatrixColumns and TotalPixelMatrixRows) is missing');
  }
  const [shared] = itemsOf(set, Tag.SharedFunctionalGroups);
  const spacing = numbersOf(itemsOf(shared, Tag.PixelMeasuresSequence)[0], Tag.PixelSpacing);
  return {
    file,
    kind,
    uid: textOf(set, Tag.SopInstanceUid),
    frameOfReference: textOf(set, Tag.FrameOfReferenceUid),
    pyramid: textOf(set, Tag.PyramidUid),
    width: whole(width ?? tileWidth, MAX_SIDE, 'TotalPixelMatrixColumns'),
    height: whole(height ?? tileHeight, MAX_SIDE, 'TotalPixelMatrixRows'),
    tileWidth,
    tileHeight,
    frames,
    focalPlanes: whole(numberOf(set, Tag.TotalFocalPlanes) ?? 1, MAX_FRAMES, 'TotalPixelMatrixFocalPlanes'),
    organization: textOf(set, Tag.DimensionOrganizationType),
    paths: itemsOf(set, Tag.OpticalPathSequence).map((path) => ({
      id: textOf(path, Tag.OpticalPathIdentifier),
      illumination: textOf(itemsOf(path, Tag.IlluminationTypeCodeSequence)[0], Tag.CodeValue),
      objectivePower: numberOf(path, Tag.ObjectiveLensPower),
      profile: placeOf(path, Tag.IccProfile),
    })),
    sharedPath: textOf(itemsOf(shared, Tag.OpticalPathIdentificationSequence)[0], Tag.OpticalPathIdentifier),
    spacing: spacing.length > 0 ? spacing : positions.spacing,
    part: partOf(file, fail),
    // PS3.3, C.8.12.4.1.1: the fourth value.
    isResampled: textsOf(set, Tag.ImageType)[3] === 'RESAMPLED',
  };
}

/** The third value of ImageType says it. Files without one are levels, unless they say that a label is in them. */
function kindOf({ set }: DicomFile): Kind | undefined {
  const flavour = textsOf(set, Tag.ImageType)[2];
  if (flavour !== undefined && flavour !== '') return KINDS[flavour];
  return textOf(set, Tag.SpecimenLabelInImage) === 'YES' ? 'label' : 'level';
}

function partOf({ set }: DicomFile, fail: (problem: string) => SlideError): ConcatenationPart | undefined {
  const uid = textOf(set, Tag.ConcatenationUid);
  if (uid === undefined) return undefined;
  const number = numberOf(set, Tag.InConcatenationNumber);
  if (number === undefined) throw fail('it is part of a concatenation, and InConcatenationNumber is missing');
  return {
    uid,
    number,
    total: numberOf(set, Tag.InConcatenationTotalNumber),
    firstFrame: numberOf(set, Tag.ConcatenationFrameOffsetNumber),
  };
}
