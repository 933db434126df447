/**
 * Aperio's SVS: tiled pages are levels; the thumbnail, the slide's label and the macro picture are stripped pages.
 * Source: OpenSlide's description of the format.
 */
import { parseNumber } from '@ftuseg/core';
import type { TiffLevel, TiffPage, TiffSlide } from '../page.js';
import { describePage } from '../structure/describe-page.js';
import { type Directory, damaged, readText, type TiffFile } from '../structure/file.js';
import { isReduced, level } from '../structure/levels.js';
import { tiffProperties } from '../structure/properties.js';
import { Tag } from '../structure/tags.js';
import type { TiffVendor, VendorOptions } from './vendor.js';

export const aperio: TiffVendor = {
  name: 'Aperio SVS',
  wrote: ({ description }) => description.startsWith('Aperio'),
  open: aperioSlide,
};

/** The value of `|MPP = 0.4990`; undefined if it is not stated, or no positive number. */
export function aperioMicrons(description: string): number | undefined {
  const microns = parseNumber(/(?:^|\|)\s*MPP\s*=([^|\r\n]*)/.exec(description)?.[1] ?? '');
  return microns > 0 ? microns : undefined;
}

/** The value of `|AppMag = 20`, the magnification of the objective. */
export function aperioPower(description: string): number | undefined {
  const power = parseNumber(/(?:^|\|)\s*AppMag\s*=([^|\r\n]*)/.exec(description)?.[1] ?? '');
  return power > 0 ? power : undefined;
}

/** The value of `|OffsetZ = 0`, the focal plane of a page. */
export function aperioPlane(description: string): number | undefined {
  const plane = parseNumber(/(?:^|\|)\s*OffsetZ\s*=([^|\r\n]*)/.exec(description)?.[1] ?? '');
  return Number.isFinite(plane) ? plane : undefined;
}

/** What a page shows if it is no level. */
export function aperioName(number: number, tiled: boolean, description: string): string | undefined {
  if (number === 0 || tiled) return undefined;
  const second = description.split('\n')[1]?.trim().toLowerCase() ?? '';
  if (second.startsWith('label')) return 'label';
  if (second.startsWith('macro')) return 'macro';
  return number === 1 ? 'thumbnail' : `page ${number}`;
}

async function aperioSlide(
  file: TiffFile,
  directories: readonly Directory[],
  { codecs, content, description }: VendorOptions,
): Promise<TiffSlide> {
  const options = { codecs, content, aperio: true };
  const levels: TiffLevel[] = [];
  const associated = new Map<string, TiffPage>();
  const others = new Set<number>();
  const notes: string[] = [];
  const read = aperioPlane(description);
  let full: TiffPage | undefined;
  for (const [number, directory] of directories.entries()) {
    const page = await describePage(file, directory, options);
    const text = await readText(file, directory.entries.get(Tag.ImageDescription));
    const name = aperioName(number, page.blocks === 'tiles', text);
    const plane = aperioPlane(text);
    if (name !== undefined) associated.set(name, page);
    else if (read !== undefined && plane !== undefined && plane !== read) others.add(plane);
    else if (full === undefined || isReduced(full, page)) {
      full ??= page;
      levels.push(level([page], full));
    } else notes.push(`${page.name} (${page.width} x ${page.height} pixels), which is not read`);
  }
  if (others.size > 0) notes.push(`${others.size + 1} focal planes, of which OffsetZ = ${read} is read`);
  const [base, ...reduced] = levels;
  if (base === undefined) throw damaged(file, 'page 0', 'an Aperio slide without a full picture');
  const scale = aperioMicrons(description);
  return {
    format: aperio.name,
    levels: [base, ...reduced],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'Aperio description',
    objectivePower: aperioPower(description),
    notes,
    associated,
    readProperties: async () => [
      ...(directories[0] === undefined ? [] : await tiffProperties(file, directories[0])),
      ...aperioProperties(description),
    ],
  };
}

/** What stands behind the first bar: `AppMag = 20|ScanScope ID = SS1`. */
const aperioProperties = (description: string): [string, string][] =>
  description
    .split('|')
    .slice(1)
    .flatMap((field): [string, string][] => {
      const at = field.indexOf('=');
      return at < 0 ? [] : [[`aperio.${field.slice(0, at).trim()}`, field.slice(at + 1).trim()]];
    });
