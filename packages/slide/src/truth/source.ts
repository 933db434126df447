/** Which of its columns says the truth of a slide: the one that is filled. Two that are filled could contradict each other. */
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';

export type TruthSource =
  | { readonly kind: 'mask'; readonly path: string }
  | { readonly kind: 'annotations'; readonly path: string }
  | { readonly kind: 'rle'; readonly code: string };

/**
 * An empty run-length code is a truth (nothing is labelled) where no other column is filled.
 *
 * @returns undefined for a row without truth
 * @throws SlideError `bad-input` for a row with two
 * @example
 * truthSource({ id: 'a', image: 'a.tif', rle: '', annotations: 'a.geojson', columns: {} }); // { kind: 'annotations', path: 'a.geojson' }
 */
export function truthSource({ id, mask, rle, annotations }: SlideRow): TruthSource | undefined {
  const filled: TruthSource[] = [
    ...(mask === undefined ? [] : [{ kind: 'mask', path: mask } as const]),
    ...(rle === undefined || rle.trim() === '' ? [] : [{ kind: 'rle', code: rle } as const]),
    ...(annotations === undefined ? [] : [{ kind: 'annotations', path: annotations } as const]),
  ];
  const [first, second] = filled;
  if (second !== undefined) {
    throw new SlideError('bad-input', `it has its labels twice, as ${filled.map(({ kind }) => kind).join(' and ')}`, {
      subject: `slide ${id}`,
      hint: 'keep one of these columns in its row',
    });
  }
  return first ?? (rle === undefined ? undefined : { kind: 'rle', code: '' });
}

/** What a file of drawn objects is told of the row that names it. */
export const annotatedRow = ({
  id,
  image,
  annotationOrigin,
}: Pick<SlideRow, 'id' | 'image'> & { readonly annotationOrigin?: SlideRow['annotationOrigin'] | undefined }) => ({
  id,
  image,
  annotationOrigin,
});

/** Where the labels are from, for error messages. */
export const truthName = (row: SlideRow): string => row.mask ?? row.annotations ?? `slide ${row.id}`;
