/** What the pages of a TIFF are to the one that is the slide: bands of it, levels, or other pictures. */
import type { TiffPage, TiffSlide } from '../page.js';
import { describeBeside } from '../structure/describe-beside.js';
import type { Directory, TiffFile } from '../structure/file.js';
import { level } from '../structure/levels.js';
import type { PageOptions } from '../structure/pixel-format.js';
import { bandsOf, besideEachOther, type Group, inGroups } from './bands.js';
import { doubtsOf } from './full-picture.js';
import { furtherLevels } from './further-levels.js';
import type { ChainPage, PageFacts } from './page-facts.js';

export interface SortedPages {
  readonly levels: TiffSlide['levels'];
  readonly associated: ReadonlyMap<string, TiffPage>;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * @param chain the pages of the file
 * @param full one of them, or of what hangs on them: the slide, or its red band
 * @throws {SlideError} `unsupported` for stacks and for levels that cannot be read
 */
export async function sortPages(
  file: TiffFile,
  chain: readonly ChainPage[],
  full: PageFacts,
  options: PageOptions,
): Promise<SortedPages> {
  const { group, pages } = await bandsOf(file, chain, full, options);
  const base = level(pages, pages[0]);
  const below = subImagesOf(chain, group);
  const beside = chain.filter((page) => !group.includes(page));
  const lists = [below.groups, inGroups(beside, group.length)];
  const { levels, notes } = await furtherLevels(file, base, lists, options);
  const used = new Set(levels.flatMap((level) => level.pages.map(({ name }) => name)));
  const others = [...below.pages, ...beside].filter(({ directory }) => !used.has(directory.name));
  const pictures = await describeBeside(file, named(others), options);
  return {
    levels: [base, ...levels],
    associated: pictures.associated,
    notes: [...notes, ...pictures.notes],
    warnings: doubtsOf(full, chain, others),
  };
}

/** What hangs on the slide's pages, and what hangs beside it where it hangs on a page itself. */
function subImagesOf(
  chain: readonly ChainPage[],
  group: Group,
): { readonly groups: readonly Group[]; readonly pages: readonly PageFacts[] } {
  const [full] = group;
  const parent = chain.find(({ subImages }) => subImages.includes(full));
  const bands = chain.filter((page) => group.includes(page)).map(({ subImages }) => subImages);
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
