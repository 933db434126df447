/** Whether an edit may be kept: every shape valid and on the slide. The page asks before it sends, the server before it writes. */
import { polygonProblem } from '../geometry/validity/validity.js';
import type { Edit } from '../protocol/edits.js';
import type { SlideObject } from '../protocol/objects.js';

/** Corners of one edit, all of its shapes together. */
export const MAX_EDIT_CORNERS = 2_000_000;

/** Control characters, which no program shows; a quotation mark has no spelling in `--classes`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const unfit = /[\u0000-\u001f\u007f"]/;

/** @returns what is wrong, as a sentence without a stop; undefined: nothing */
export function editProblem(
  edit: Edit,
  slide: { readonly width: number; readonly height: number },
): string | undefined {
  if (edit.kind !== 'change') return undefined;
  let corners = 0;
  for (const change of edit.changes) {
    const { id } = change.kind === 'put' ? change.object : change;
    if (unfit.test(id)) return 'an object has an id with control characters or quotation marks';
    if (change.kind !== 'put') continue;
    corners += change.object.polygons.flat().reduce((sum, ring) => sum + ring.length / 2, 0);
    if (corners > MAX_EDIT_CORNERS) return `an edit has more than ${MAX_EDIT_CORNERS} corners`;
    const problem = objectProblem(change.object, slide);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function objectProblem(
  object: SlideObject,
  { width, height }: { readonly width: number; readonly height: number },
): string | undefined {
  if (unfit.test(object.class)) return 'a class has a name with control characters or quotation marks';
  for (const ring of object.polygons.flat()) {
    for (const [i, value] of ring.entries()) {
      if (!(value >= 0 && value <= (i % 2 === 0 ? width : height))) {
        return `object ${object.id} reaches beyond the slide of ${width} x ${height} pixels`;
      }
    }
  }
  const problem = polygonProblem(object.polygons);
  return problem === undefined ? undefined : `object ${object.id} is no valid shape: ${problem}`;
}
