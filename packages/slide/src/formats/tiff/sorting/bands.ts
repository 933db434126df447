/** Pictures of one page, and those of which a planar writer made three pages: red, green and blue. */
import { SlideError } from '../../../slide-error.js';
import type { TiffLevel, TiffPage } from '../page.js';
import { describePage } from '../structure/describe-page.js';
import { readText, type TiffFile } from '../structure/file.js';
import type { PageOptions } from '../structure/pixel-format.js';
import { type StatedPlanes, statedPlanes } from '../structure/stated-planes.js';
import { Tag } from '../structure/tags.js';
import { type ChainPage, type PageFacts, sameSize } from './page-facts.js';

/** Pages that make up one picture: one, or three. */
export type Group = readonly [PageFacts, ...PageFacts[]];

export interface Picture {
  /** In the order red, green, blue. */
  readonly group: Group;
  readonly pages: TiffLevel['pages'];
}

/**
 * The page itself, or the three single-band pages of one size that lie one behind the other.
 * @throws {SlideError} `unsupported` for other numbers of pages of one size, which are stacks, and for planes that are said to be none of colours
 */
export async function bandsOf(
  file: TiffFile,
  chain: readonly ChainPage[],
  full: PageFacts,
  options: PageOptions,
): Promise<Picture> {
  const from = chain.findIndex(({ directory }) => directory === full.directory);
  const behind = from < 0 ? [] : chain.slice(from + 1);
  const end = behind.findIndex((page) => !sameSize(page, full) || page.shows !== undefined);
  const group: Group = [full, ...(end < 0 ? behind : behind.slice(0, end))];
  const isStack = group.length !== 1 && (group.length !== 3 || full.isOfDocument);
  const pages = isStack ? undefined : await describeGroup(file, group, options);
  const refuse = (planes: string): SlideError =>
    new SlideError('unsupported', `stacks of ${planes} are not supported`, {
      subject: file.source.name,
      hint: 'save the plane to use as one RGB image',
    });
  if (pages === undefined) throw refuse(`several planes (${group.length})`);
  const stated = statedPlanes(await readText(file, full.directory.entries.get(Tag.ImageDescription)), pages[0]);
  if (pages.length > 1 && stated.stack !== undefined) throw refuse(stated.stack);
  if (chain.length === 1 && liesBehind(file, pages[0], stated)) {
    throw refuse(stated.stack ?? `several planes (${stated.count})`);
  }
  return { group, pages };
}

/** Planes behind the only page that have no pages of their own, as ImageJ writes stacks of more than 4 GB. */
function liesBehind({ source }: TiffFile, page: TiffPage, { count }: StatedPlanes): boolean {
  const { width, height, samples, bits, compression } = page;
  return count > 1 && compression === 'none' && (count * width * height * samples * bits) / 8 <= source.size;
}

/**
 * @param group one page or three of one size
 * @returns undefined for three pages that are not the bands of one picture
 */
export async function describeGroup(
  file: TiffFile,
  group: Group,
  options: PageOptions,
): Promise<TiffLevel['pages'] | undefined> {
  const [first, ...more] = await Promise.all(group.map(({ directory }) => describePage(file, directory, options)));
  const [green, blue] = more;
  if (first === undefined || green === undefined || blue === undefined) return first && [first];
  if (![first, green, blue].every((band) => isBand(band, first))) return undefined;
  // What one band states of its range goes for the picture, whose colours would shift otherwise.
  const usedBits = Math.max(first.usedBits, green.usedBits, blue.usedBits);
  return [
    { ...first, usedBits },
    { ...green, usedBits },
    { ...blue, usedBits },
  ];
}

const isBand = (page: TiffPage, { bits, photometric, sampleFormat }: TiffPage): boolean =>
  page.samples === 1 &&
  page.photometric !== 'palette' &&
  page.photometric === photometric &&
  page.sampleFormat === sampleFormat &&
  page.bits === bits;

/** Pages in their order as pictures of so many pages each; what is left over belongs to none. */
export function inGroups(pages: readonly PageFacts[], size: number): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < pages.length; ) {
    const [first, ...others] = pages.slice(i, i + size);
    const isWhole = first !== undefined && others.length === size - 1 && others.every((page) => sameSize(page, first));
    if (isWhole) groups.push([first, ...others]);
    i += isWhole ? size : 1;
  }
  return groups;
}

/** Sub-images of the bands, the first with the first and so on, where they have one size. */
export function besideEachOther(bands: readonly (readonly PageFacts[])[]): Group[] {
  const [first = []] = bands;
  return first.flatMap((page, i): Group[] => {
    const others = bands.slice(1).map((band) => band[i]);
    const found = others.flatMap((other) => (other !== undefined && sameSize(other, page) ? [other] : []));
    return found.length === others.length ? [[page, ...found]] : [];
  });
}
