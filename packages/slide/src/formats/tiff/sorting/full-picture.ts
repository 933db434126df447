/** Which page of a TIFF is the slide itself. Writers put it first, but some put a thumbnail there, and the slide behind it or below it (tag 330). */
import { isReduced } from '../structure/levels.js';
import { area, type ChainPage, nameOf, type PageFacts } from './page-facts.js';

/** The largest picture that does not say that it is reduced, or another picture than the slide; of several as large the first. */
export function fullPicture(pages: readonly [ChainPage, ...ChainPage[]]): PageFacts {
  const all: readonly PageFacts[] = pages.flatMap((page) => [page, ...page.subImages]);
  const pictures = all.filter(({ isReduced, shows }) => !isReduced && shows === undefined);
  const [first, ...others] = pictures.length > 0 ? pictures : all;
  return others.reduce((most, page) => (area(page) > area(most) ? page : most), first ?? pages[0]);
}

/**
 * What of the choice is not certain.
 * @param others pages that are no part of the slide
 */
export function doubtsOf(full: PageFacts, [first]: readonly ChainPage[], others: readonly PageFacts[]): string[] {
  const passed = first !== undefined && others.includes(first) ? first : undefined;
  const unsaid = passed !== undefined && !passed.isReduced && passed.shows === undefined && !isReduced(full, passed);
  const larger = unsaid ? [`${nameOf(full)} is read as the slide, since it is larger than ${nameOf(passed)}`] : [];
  return [...larger, ...rivalsOf(full, others)];
}

/** Other pictures that are as large as the slide. */
export function rivalsOf(full: PageFacts, others: readonly PageFacts[]): string[] {
  const rivals = others.filter((page) => page.shows === undefined && area(page) >= area(full));
  return rivals.map(
    (page) => `${nameOf(page)} is not read: the slide is ${nameOf(full)}; if it is the other, save that by itself`,
  );
}
