/** Which of a TIFF's pages are smaller levels of the slide. */
import type { TiffLevel } from '../page.js';
import type { TiffFile } from '../structure/file.js';
import { isReduced, level, paddedFactor, unpadded } from '../structure/levels.js';
import type { PageOptions } from '../structure/pixel-format.js';
import { describeGroup, type Group } from './bands.js';
import { type Fit, fitByPixels } from './padding.js';
import { area, nameOf, type PageFacts } from './page-facts.js';

interface Candidate {
  readonly pages: TiffLevel['pages'];
  readonly facts: PageFacts;
  /** What it is by its size. */
  readonly fits: Partial<Record<Fit, TiffLevel>>;
}

/**
 * @param full the slide's largest level
 * @param lists pages that may be levels: those below the slide's own, and those beside it
 * @returns levels that get smaller and smaller, and what is said of pages that are left out
 */
export async function furtherLevels(
  file: TiffFile,
  full: TiffLevel,
  lists: readonly (readonly Group[])[],
  options: PageOptions,
): Promise<{ readonly levels: readonly TiffLevel[]; readonly notes: readonly string[] }> {
  const groups = lists.flatMap((list) => ofShape(full, list)).sort(([a], [b]) => area(b) - area(a));
  const candidates = await candidatesOf(file, full, groups, options);
  const doubtful = candidates.filter(isDoubtful);
  const way = doubtful.length === 0 ? undefined : await fitOf(file, full, candidates, options);
  const levels: TiffLevel[] = [];
  const notes: string[] = [];
  for (const candidate of candidates) {
    const { resized, padded } = candidate.fits;
    const doubted = isDoubtful(candidate);
    const found = doubted ? way && candidate.fits[way] : (resized ?? padded);
    const above = levels.at(-1) ?? full;
    if (found !== undefined && found.width < above.width && found.height <= above.height) levels.push(found);
    else if (doubted && way === undefined) notes.push(doubtOf(candidate));
  }
  return { levels, notes };
}

const doubtOf = ({ facts, fits: { padded } }: Candidate): string =>
  `${nameOf(facts)}, which is not read as a level: it may be all of the slide, or padded from ${padded?.width} x ${padded?.height}, and its pixels do not tell which`;

/** Pages of the slide's shape that do not say that they are something else. Where levels say that they are reduced, only those that say so are some. */
function ofShape(full: TiffLevel, list: readonly Group[]): Group[] {
  const shaped = list.filter(
    ([page]) => page.shows === undefined && (isReduced(full, page) || paddedFactor(full, page, 1) !== undefined),
  );
  const marked = shaped.filter(([page]) => page.isReduced);
  return marked.length > 0 ? marked : shaped;
}

async function candidatesOf(
  file: TiffFile,
  full: TiffLevel,
  groups: readonly Group[],
  options: PageOptions,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  let above = 1;
  for (const group of groups) {
    const [facts] = group;
    const pages = await describeGroup(file, group, options).catch((error: unknown) => {
      if (isReduced(full, facts)) throw error;
    });
    if (pages === undefined || !isOfForm(pages, full.pages)) continue;
    const factor = paddedFactor(full, facts, above);
    const padded = factor === undefined ? undefined : unpadded(full, pages, factor);
    const resized = isReduced(full, facts) ? level(pages, full) : undefined;
    const found = padded ?? resized;
    if (found === undefined) continue;
    above = found.downsample;
    candidates.push({ pages, facts, fits: { ...(padded && { padded }), ...(resized && { resized }) } });
  }
  return candidates;
}

/** A level has the colours of the slide, in as many pages. */
function isOfForm(pages: TiffLevel['pages'], full: TiffLevel['pages']): boolean {
  const [page, whole] = [pages[0], full[0]];
  return (
    pages.length === full.length &&
    page.samples === whole.samples &&
    page.bits === whole.bits &&
    (page.palette === undefined) === (whole.palette === undefined)
  );
}

/** By more than what rounding makes of a size. */
const isDoubtful = ({ facts, fits: { padded, resized } }: Candidate): boolean =>
  padded !== undefined && resized !== undefined && (facts.width - padded.width > 1 || facts.height - padded.height > 1);

/** A writer does the same with all levels of a slide, so that one tells of the others. */
async function fitOf(
  file: TiffFile,
  full: TiffLevel,
  candidates: readonly Candidate[],
  { content }: PageOptions,
): Promise<Fit | undefined> {
  if (candidates.some(({ fits }) => fits.padded !== undefined && fits.resized === undefined)) return 'padded';
  // Nobody reads smaller levels of labels.
  if (content === 'labels') return undefined;
  for (const { fits } of candidates.filter(isDoubtful)) {
    const { padded, resized } = fits;
    const found = padded && resized && (await fitByPixels(file, full, { padded, resized }));
    if (found !== undefined) return found;
  }
  return undefined;
}
