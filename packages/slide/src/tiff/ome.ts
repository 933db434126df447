/**
 * What OME-XML says that tags do not: how pages make up one picture, and the size of a pixel.
 * Source: Open Microscopy Environment, OME-TIFF specification. Entities of a DTD are not expanded by the parser.
 */
import { SaxesParser } from 'saxes';

export interface OmePixels {
  readonly sizeC: number;
  readonly sizeZ: number;
  readonly sizeT: number;
  readonly type: string;
  /** Bits that are used of each sample, where it is stated. */
  readonly significantBits: number | undefined;
  readonly micronsPerPixel: number | undefined;
  /** Samples of each channel: [3] for RGB in one page, [1, 1, 1] for three pages. */
  readonly samples: readonly number[];
  readonly channelNames: readonly string[];
  /** The pixels lie in several files. */
  readonly otherFiles: boolean;
}

const MICRONS: Readonly<Record<string, number>> = { nm: 1e-3, µm: 1, μm: 1, um: 1, mm: 1e3, cm: 1e4, m: 1e6 };

export const isOme = (description: string): boolean => /<(\w+:)?OME[\s>]/.test(description.slice(0, 4096));

/**
 * Reads the first `Image` of an OME-XML text.
 * @returns undefined when the text is not well-formed or has no `Pixels`
 */
export function parseOme(xml: string): OmePixels | undefined {
  const parser = new SaxesParser();
  let pixels: Record<string, string> | undefined;
  let images = 0;
  const channels: { samples: number; name: string }[] = [];
  const files = new Set<string>();
  let broken = false;
  parser.on('error', () => {
    broken = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const local = name.replace(/^.*:/, '');
    if (local === 'Image') images++;
    if (images > 1) return;
    if (local === 'Pixels') pixels ??= attributes;
    if (local === 'Channel') {
      channels.push({ samples: Number(attributes.SamplesPerPixel ?? 1), name: attributes.Name ?? '' });
    }
    if (local === 'UUID' && attributes.FileName !== undefined) files.add(attributes.FileName);
  });
  parser.write(xml).close();
  if (broken || pixels === undefined) return undefined;
  const size = (key: string): number => Number(pixels?.[key] ?? 1);
  const significantBits = Number(pixels.SignificantBits);
  const length = Number(pixels.PhysicalSizeX);
  const unit = MICRONS[pixels.PhysicalSizeXUnit ?? 'µm'];
  const microns = unit === undefined ? Number.NaN : length * unit;
  return {
    ...{ sizeC: size('SizeC'), sizeZ: size('SizeZ'), sizeT: size('SizeT'), type: pixels.Type ?? '' },
    significantBits: Number.isInteger(significantBits) ? significantBits : undefined,
    micronsPerPixel: microns > 0 && Number.isFinite(microns) ? microns : undefined,
    samples: channels.map(({ samples }) => samples),
    channelNames: channels.map(({ name }) => name),
    otherFiles: files.size > 1,
  };
}
