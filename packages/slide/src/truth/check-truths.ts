/**
 * What the annotations of a table give, before hours of work depend on it: which objects count, which are left out and why, and whether anything is
 * labelled at all.
 */
import { FtuError } from '@ftuseg/core';
import type { ClassMap } from '../classes/classes.js';
import { openSlide } from '../open-slide.node.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';
import { scaleOf } from '../table/slide-scale.js';
import { readAnnotationLabels } from './annotations.node.js';
import { codeSubject, refuseForClasses } from './check-codes.js';
import { type GlomerulusSize, sizeOfGlomeruli } from './report/glomerulus-size.js';
import { remedyFor } from './report/remedy.js';
import type { TruthReport } from './report/report.js';
import { annotatedRow, truthSource } from './source.js';

export interface SlideTruth extends TruthReport {
  readonly id: string;
  /** Where it has drawn glomeruli and its scale is known. */
  readonly glomeruli?: GlomerulusSize;
}

/** Objects of a report that belong to a class. */
export const objectsIn = ({ used }: TruthReport, { names }: ClassMap): number =>
  used.reduce((sum, { as, shapes }) => sum + (as.some((name) => names.includes(name)) ? shapes : 0), 0);

/** The pictures of the rows that name a file of annotations. */
function picturesByFile(rows: readonly SlideRow[]): ReadonlyMap<string, readonly string[]> {
  const pictures = new Map<string, string[]>();
  for (const { annotations, image } of rows) {
    if (annotations === undefined) continue;
    const known = pictures.get(annotations);
    if (known === undefined) pictures.set(annotations, [image]);
    else known.push(image);
  }
  return pictures;
}

/** An object of a class that the map does not know, or one that it knows and that something else speaks against. */
const leftOutAs = ({ name, reason }: TruthReport['leftOut'][number]): string =>
  reason === 'class' || reason === 'unclassified' ? (name ?? 'no class') : `${name ?? 'no class'} (${reason})`;

/** An object that counts, and not as one of a class. */
const usedAs = ({ name, as }: TruthReport['used'][number]): string =>
  `${name ?? 'no class'} (taken as ${as.join(' and ')})`;

const ownPicture = ({ id, image }: SlideRow): SlideError =>
  new SlideError('bad-input', 'the column "mask" names the picture of the slide itself', {
    subject: `slide ${id} (${image})`,
    hint: 'give the label image that belongs to it',
  });

/**
 * Reads every file of annotations of a table. Rows with label images are passed over, of which none may be the slide itself, and so are those with
 * run-length codes that fit the classes.
 *
 * @returns a report for each row with annotations, in their order
 * @throws SlideError `bad-input` for a row with two sources of truth or its own picture as a mask, as `readAnnotationLabels` and `refuseForClasses`, and where
 *   no slide has any object; as `openSlide`;
 *   FtuError `cancelled`
 * @example
 * const truths = await checkTruths(await readSlideTable('slides.csv'), parseClasses(undefined));
 */
export async function checkTruths(
  rows: readonly SlideRow[],
  classes: ClassMap,
  signal?: AbortSignal,
): Promise<SlideTruth[]> {
  const truths: SlideTruth[] = [];
  let others = 0;
  const pictures = picturesByFile(rows);
  for (const row of rows) {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading labels was interrupted');
    const source = truthSource(row);
    if (source?.kind === 'rle') refuseForClasses(source.code, classes, codeSubject(row));
    if (source?.kind === 'mask' && source.path === row.image) throw ownPicture(row);
    if (source?.kind !== 'annotations') {
      if (source !== undefined && !(source.kind === 'rle' && source.code === '')) others++;
      continue;
    }
    const opened = await openSlide(row.image);
    await opened.close();
    const slide = {
      ...annotatedRow(row),
      width: opened.width,
      height: opened.height,
      others: pictures.get(source.path) ?? [],
    };
    const { report, glomeruli } = await readAnnotationLabels(source.path, slide, classes);
    const size = sizeOfGlomeruli(glomeruli, scaleOf(row, opened));
    truths.push({ id: row.id, ...report, ...(size !== undefined && { glomeruli: size }) });
  }
  if (truths.length > 0 && others === 0 && truths.every((truth) => objectsIn(truth, classes) === 0)) {
    const kinds = truths.flatMap(({ used, leftOut }) => [...leftOut.map(leftOutAs), ...used.map(usedAs)]);
    const found =
      kinds.length === 0 ? 'the files of annotations are empty' : `there are: ${[...new Set(kinds)].join(', ')}`;
    throw new SlideError('bad-input', `no slide has an object of ${classes.names.join(' or ')}; ${found}`, {
      subject: `labels of ${truths
        .map(({ id }) => id)
        .slice(0, 3)
        .join(', ')}${truths.length > 3 ? ', ...' : ''}`,
      hint: remedyFor(truths, classes),
    });
  }
  return truths;
}
