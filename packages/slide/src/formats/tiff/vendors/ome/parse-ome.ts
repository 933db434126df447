/**
 * What OME-XML says that tags do not: how pages make up one picture, and the size of a pixel.
 * Source: Open Microscopy Environment, OME-TIFF specification. Entities of a DTD are not expanded by the parser.
 */
import { parseNumber, type Scale, scaleOfSides } from '@ftuseg/core';
import { SaxesParser } from 'saxes';

export interface OmePixels {
  readonly sizeC: number;
  readonly sizeZ: number;
  readonly sizeT: number;
  readonly type: string;
  /** Bits that are used of each sample, where it is stated. */
  readonly significantBits: number | undefined;
  /** From PhysicalSizeX and PhysicalSizeY with their units. */
  readonly scale: Scale | undefined;
  /** Samples of each channel: [3] for RGB in one page, [1, 1, 1] for three pages. */
  readonly samples: readonly number[];
  /** Magnification of the objective that the image refers to, or of the only one. */
  readonly objectivePower: number | undefined;
  readonly channelNames: readonly string[];
  /** The pixels lie in several files. */
  readonly otherFiles: boolean;
}

/** Micrometres; the two signs of micro, and what writers spell out. */
const MICRONS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    pm: 1e-6,
    Å: 1e-4,
    nm: 1e-3,
    nanometer: 1e-3,
    nanometre: 1e-3,
    µm: 1,
    μm: 1,
    um: 1,
    micron: 1,
    microns: 1,
    micrometer: 1,
    micrometre: 1,
    mm: 1e3,
    millimeter: 1e3,
    millimetre: 1e3,
    cm: 1e4,
    centimeter: 1e4,
    centimetre: 1e4,
    dm: 1e5,
    m: 1e6,
    in: 25_400,
    inch: 25_400,
    mil: 25.4,
    thou: 25.4,
  }),
);

/** Micrometres of a length; undefined for none, one that is no positive number, or a unit that is no length. */
function micronsOf(length: string | undefined, unit = 'µm'): number | undefined {
  const microns = parseNumber(length ?? '') * (MICRONS.get(unit.trim()) ?? Number.NaN);
  return microns > 0 && Number.isFinite(microns) ? microns : undefined;
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

export const isOme = (description: string): boolean => /<(\w+:)?OME[\s>]/.test(description.slice(0, 4096));

/**
 * Reads the first `Image` of an OME-XML text.
 * @returns undefined when the text is not well-formed or has no `Pixels`
 */
export function parseOme(xml: string): OmePixels | undefined {
  const parser = new SaxesParser();
  let pixels: Record<string, string> | undefined;
  let images = 0;
  let settings: string | undefined;
  const objectives = new Map<string, number>();
  const channels: { samples: number; name: string }[] = [];
  const files = new Set<string>();
  let broken = false;
  parser.on('error', (error) => {
    broken = true;
    // At once: the end of a text reports each of its open elements, of which there may be a hundred thousand.
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const local = name.replace(/^.*:/, '');
    if (local === 'Image') images++;
    if (local === 'Objective') {
      objectives.set(attributes.ID ?? '', parseNumber(attributes.NominalMagnification ?? ''));
    }
    if (images > 1) return;
    if (local === 'ObjectiveSettings') settings = attributes.ID;
    if (local === 'Pixels') pixels ??= attributes;
    if (local === 'Channel') {
      channels.push({ samples: Number(attributes.SamplesPerPixel ?? 1), name: attributes.Name ?? '' });
    }
    if (local === 'UUID' && attributes.FileName !== undefined) files.add(attributes.FileName);
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (!broken) throw error;
  }
  if (broken || pixels === undefined) return undefined;
  const size = (key: string): number => Number(pixels?.[key] ?? 1);
  const power =
    settings === undefined && objectives.size > 1
      ? undefined
      : objectives.get(settings ?? [...objectives.keys()][0] ?? '');
  const significantBits = Number(pixels.SignificantBits);
  return {
    sizeC: size('SizeC'),
    sizeZ: size('SizeZ'),
    sizeT: size('SizeT'),
    type: pixels.Type ?? '',
    significantBits: Number.isInteger(significantBits) ? significantBits : undefined,
    scale: scaleOfPixels(pixels),
    objectivePower: power !== undefined && power > 0 ? power : undefined,
    samples: channels.map(({ samples }) => samples),
    channelNames: channels.map(({ name }) => name),
    otherFiles: files.size > 1,
  };
}
