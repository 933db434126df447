/**
 * What OME-XML says of the pictures of a file: their sizes, channels and scale, and which pages hold them.
 * Source: Open Microscopy Environment, OME data model 2016-06 and OME-TIFF specification. Entities of a DTD are not expanded by the parser.
 */
import { parseNumber, type Scale, scaleOfSides } from '@ftuseg/core';
import { SaxesParser } from 'saxes';
import type { StatedChannel } from '../../../channel-colours.js';
import { micronsOf } from '../../structure/microns.js';

export interface OmeChannel extends StatedChannel {
  /** SamplesPerPixel: 3 of RGB in one page. */
  readonly samples: number | undefined;
}

/** Where planes lie. What is not stated is undefined. */
export interface TiffData {
  readonly ifd: number | undefined;
  readonly firstC: number;
  readonly firstZ: number;
  readonly firstT: number;
  readonly planeCount: number | undefined;
}

/** An `Image` with its `Pixels`. Sizes that are not stated are undefined. */
export interface OmeImage {
  readonly name: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly sizeC: number | undefined;
  readonly sizeZ: number;
  readonly sizeT: number;
  /** Which of Z, C and T counts fastest, such as `CZT`. */
  readonly order: string;
  /** Bits that are used of each sample, where it is stated. */
  readonly significantBits: number | undefined;
  /** From PhysicalSizeX and PhysicalSizeY with their units. */
  readonly scale: Scale | undefined;
  /** Magnification of the objective that the image refers to, or of the only one. */
  readonly objectivePower: number | undefined;
  readonly channels: readonly OmeChannel[];
  readonly data: readonly TiffData[];
  /** Some of its pixels lie in another file. */
  readonly isElsewhere: boolean;
}

/** What an `Image` is read into. */
interface Draft {
  readonly name: string;
  pixels: Readonly<Record<string, string>> | undefined;
  objective: string | undefined;
  readonly channels: OmeChannel[];
  readonly data: TiffData[];
  /** Names of the files of its planes, and their identifiers. */
  readonly files: Set<string>;
  readonly identifiers: Set<string>;
}

/** Letters of a name. */
const MAX_NAME = 100;
/** A file of more has them in other files. */
const MAX_IMAGES = 1000;

export const isOme = (description: string): boolean => /<(\w+:)?OME[\s>]/.test(description.slice(0, 4096));

/** @returns undefined when the text is not well-formed or has no `Pixels` */
export function parseOme(xml: string): readonly OmeImage[] | undefined {
  const parser = new SaxesParser();
  const drafts: Draft[] = [];
  const objectives = new Map<string, number>();
  let own: string | undefined;
  let isIdentifier = false;
  let broken = false;
  parser.on('error', (error) => {
    broken = true;
    // At once: the end of a text reports each of its open elements, of which there may be a hundred thousand.
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const local = name.replace(/^.*:/, '');
    isIdentifier = local === 'UUID';
    if (local === 'OME') own = attributes.UUID;
    if (local === 'Image' && drafts.length < MAX_IMAGES) drafts.push(draftOf(attributes));
    if (local === 'Objective') {
      objectives.set(attributes.ID ?? '', parseNumber(attributes.NominalMagnification ?? ''));
    }
    const image = drafts.at(-1);
    if (image !== undefined) readInto(image, local, attributes);
  });
  parser.on('text', (text) => {
    if (isIdentifier && text.trim() !== '') drafts.at(-1)?.identifiers.add(text.trim());
  });
  parser.on('closetag', () => {
    isIdentifier = false;
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (!broken) throw error;
  }
  const images = drafts.filter(({ pixels }) => pixels !== undefined);
  if (broken || images.length === 0) return undefined;
  // A file that was copied with another identifier still holds its planes itself, if they have one alone.
  const isOfSeveral = new Set(images.flatMap(({ identifiers }) => [...identifiers])).size > 1;
  const isOther = (identifier: string): boolean => isOfSeveral && own !== undefined && identifier !== own;
  return images.map((draft) => ({
    ...imageOf(draft),
    objectivePower: powerOf(draft.objective, objectives),
    isElsewhere: draft.files.size > 1 || [...draft.identifiers].some(isOther),
  }));
}

const draftOf = ({ Name, ID = '' }: Readonly<Record<string, string>>): Draft => ({
  name: (Name || ID).replace(/\p{C}/gu, ' ').trim().slice(0, MAX_NAME),
  pixels: undefined,
  objective: undefined,
  channels: [],
  data: [],
  files: new Set(),
  identifiers: new Set(),
});

/** Takes what an element inside an `Image` says. */
function readInto(image: Draft, element: string, attributes: Readonly<Record<string, string>>): void {
  if (element === 'ObjectiveSettings') image.objective = attributes.ID;
  if (element === 'Pixels') image.pixels ??= attributes;
  if (element === 'Channel') image.channels.push(channelOf(attributes));
  if (element === 'UUID' && attributes.FileName !== undefined) image.files.add(attributes.FileName);
  if (element === 'TiffData') {
    const { IFD, FirstC, FirstZ, FirstT, PlaneCount, NumPlanes } = attributes;
    image.data.push({
      ifd: wholeOf(IFD),
      firstC: wholeOf(FirstC) ?? 0,
      firstZ: wholeOf(FirstZ) ?? 0,
      firstT: wholeOf(FirstT) ?? 0,
      planeCount: wholeOf(PlaneCount ?? NumPlanes) || undefined,
    });
  }
}

function channelOf(attributes: Readonly<Record<string, string>>): OmeChannel {
  const { Name, Color, SamplesPerPixel, Fluor, EmissionWavelength, ExcitationWavelength, ContrastMethod } = attributes;
  return {
    name: Name ?? '',
    colour: colourOf(Color),
    samples: wholeOf(SamplesPerPixel) || undefined,
    isFluorescence:
      [Fluor, EmissionWavelength, ExcitationWavelength].some((said) => said !== undefined) ||
      ContrastMethod === 'Fluorescence' ||
      attributes.IlluminationType === 'Epifluorescence',
  };
}

/** `Color` is red, green, blue and opacity in a signed number of 32 bits. White is what channels have that nobody coloured. */
function colourOf(stated: string | undefined): string | undefined {
  const number = Number(stated ?? Number.NaN);
  if (!Number.isInteger(number)) return undefined;
  const colour = (number >>> 8).toString(16).toUpperCase().padStart(6, '0');
  return colour === 'FFFFFF' ? undefined : colour;
}

/** A whole number from 0. */
function wholeOf(stated: string | undefined): number | undefined {
  const number = stated?.trim() ? Number(stated) : Number.NaN;
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function imageOf({ name, pixels = {}, channels, data }: Draft): Omit<OmeImage, 'objectivePower' | 'isElsewhere'> {
  const size = (key: string): number | undefined => wholeOf(pixels[key]) || undefined;
  return {
    name,
    width: size('SizeX'),
    height: size('SizeY'),
    sizeC: size('SizeC'),
    sizeZ: size('SizeZ') ?? 1,
    sizeT: size('SizeT') ?? 1,
    order: (pixels.DimensionOrder ?? '').replace(/^XY/, ''),
    significantBits: wholeOf(pixels.SignificantBits),
    scale: scaleOfPixels(pixels),
    channels,
    data,
  };
}

/** A side that is not stated is as the other; one that cannot be read makes the scale unknown. */
function scaleOfPixels(pixels: Readonly<Record<string, string>>): Scale | undefined {
  const { PhysicalSizeX, PhysicalSizeXUnit, PhysicalSizeY, PhysicalSizeYUnit } = pixels;
  const x = micronsOf(
    PhysicalSizeX ?? PhysicalSizeY,
    PhysicalSizeX === undefined ? PhysicalSizeYUnit : PhysicalSizeXUnit,
  );
  const y = PhysicalSizeY === undefined ? x : micronsOf(PhysicalSizeY, PhysicalSizeYUnit);
  return x === undefined || y === undefined ? undefined : scaleOfSides(x, y);
}

function powerOf(settings: string | undefined, objectives: ReadonlyMap<string, number>): number | undefined {
  const isUnclear = settings === undefined && objectives.size > 1;
  const power = isUnclear ? undefined : objectives.get(settings ?? objectives.keys().next().value ?? '');
  return power !== undefined && power > 0 ? power : undefined;
}
