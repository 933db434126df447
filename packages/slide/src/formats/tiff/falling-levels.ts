/**
 * What holds for the levels of every slide of pages, whichever reader found them: each is smaller than the one before, and has the colours of the first.
 * A second focal plane, or a single band, would be shown at some sizes and not at others.
 */
import type { TiffLevel, TiffSlide } from './page.js';

/** @returns the levels that are kept, largest first, and what is said of the others */
export function fallingLevels([base, ...others]: TiffSlide['levels']): {
  readonly levels: TiffSlide['levels'];
  readonly notes: readonly string[];
} {
  const levels: [TiffLevel, ...TiffLevel[]] = [base];
  const notes: string[] = [];
  for (const level of others.toSorted((a, b) => area(b) - area(a))) {
    const problem = problemOf(level, levels.at(-1) ?? base, base);
    if (problem === undefined) levels.push(level);
    else notes.push(`${nameOf(level)}, which is not read: ${problem}`);
  }
  return { levels, notes };
}

const area = ({ width, height }: TiffLevel): number => width * height;

const nameOf = ({ width, height, pages: [page] }: TiffLevel): string =>
  `a level of ${width} x ${height} pixels (${page.name})`;

function problemOf(level: TiffLevel, above: TiffLevel, base: TiffLevel): string | undefined {
  if (level.width > above.width || level.height > above.height || area(level) === area(above)) {
    return `it is no smaller than ${nameOf(above)}`;
  }
  const [own, wanted] = [coloursOf(level), coloursOf(base)];
  return own === wanted ? undefined : `it is ${own}, and the slide is ${wanted}`;
}

function coloursOf({ pages }: TiffLevel): 'grey' | 'in colour' {
  const [{ photometric }] = pages;
  const isGrey = photometric === 'black-is-zero' || photometric === 'white-is-zero';
  return isGrey && pages.length === 1 ? 'grey' : 'in colour';
}
