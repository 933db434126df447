/** What the pages of a TIFF are to the one that is the slide: bands of it, levels, or other pictures. */
import type { TiffPage, TiffSlide } from '../page.js';
import { describeBeside } from '../structure/describe-beside.js';
import type { Directory, TiffFile } from '../structure/file.js';
import { level } from '../structure/levels.js';
import type { PageOptions } from '../structure/pixel-format.js';
import type { StatedResolution } from '../structure/resolution.js';
import { besideEachOther, type Group, inGroups, type Picture } from './bands.js';
import { furtherLevels } from './further-levels.js';
import type { ChainPage, PageFacts } from './page-facts.js';

export interface SortedPages {
  readonly levels: TiffSlide['levels'];
  readonly associated: ReadonlyMap<string, TiffPage>;
  readonly notes: readonly string[];
  /** Pages that are no part of the slide. */
  readonly others: readonly PageFacts[];
}

/** The slide among the pages of a file. */
export interface FoundSlide extends Omit<SortedPages, 'others'> {
  /** Its largest level, or the red band of it. */
  readonly full: PageFacts;
  readonly warnings: readonly string[];
  /** Where the file says it elsewhere than in the page's tags. */
  readonly scale?: StatedResolution | undefined;
  readonly objectivePower?: number | undefined;
}

/**
 * @param chain the pages of the file
 * @param picture the slide: some of them, or of what hangs on them
 */
export async function sortPages(
  file: TiffFile,
  chain: readonly ChainPage[],
  { group, pages }: Picture,
  options: PageOptions,
): Promise<SortedPages> {
  const base = level(pages, pages[0]);
  const below = subImagesOf(chain, group);
  const beside = chain.filter((page) => !group.includes(page));
  // Bands in another order than the file's say nothing of the order in which those of levels lie.
  const lists = [below.groups, isInOrder(chain, group) ? inGroups(beside, group.length) : []];
  const { levels, notes } = await furtherLevels(file, base, lists, options);
  const used = new Set(levels.flatMap((level) => level.pages.map(({ name }) => name)));
  const others = [...below.pages, ...beside].filter(({ directory }) => !used.has(directory.name));
  const pictures = await describeBeside(file, named(others), options);
  return {
    levels: [base, ...levels],
    associated: pictures.associated,
    notes: [...notes, ...pictures.notes],
    others,
  };
}

const isInOrder = (chain: readonly PageFacts[], group: Group): boolean =>
  group.every((page, i) => i === 0 || chain.indexOf(page) > chain.indexOf(group[i - 1] ?? page));

/** What hangs on the slide's pages, and what hangs beside it where it hangs on a page itself. */
function subImagesOf(
  chain: readonly ChainPage[],
  group: Group,
): { readonly groups: readonly Group[]; readonly pages: readonly PageFacts[] } {
  const [full] = group;
  const parent = chain.find(({ subImages }) => subImages.includes(full));
  const bands = group.flatMap((page) => chain.filter((one) => one === page)).map(({ subImages }) => subImages);
  const lists = parent === undefined ? bands : [parent.subImages.filter((page) => page !== full)];
  return { groups: besideEachOther(lists), pages: lists.flat() };
}

/** By what they say that they show, or by their place in the file. */
function named(pages: readonly PageFacts[]): Map<string, Directory> {
  const found = new Map<string, Directory>();
  for (const { directory, shows } of pages) {
    found.set(shows === undefined || found.has(shows) ? directory.name : shows, directory);
  }
  return found;
}
