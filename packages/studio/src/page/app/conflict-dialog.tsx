/** Two windows changed the same object: both shapes are shown, and nothing is lost until one is chosen. */
import type { ShapeConflict } from '../../edits/conflicts.js';
import { areaOf } from '../../geometry/measure.js';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';
import { areaText } from '../objects/words.js';
import type { Studio } from '../state/studio.js';
import { Dialog } from './dialog.js';

/** Rings as one SVG path. */
const pathOf = (polygons: readonly FlatPolygon[]): string =>
  polygons
    .flat()
    .map((ring) => {
      const points: string[] = [];
      for (let i = 0; i < ring.length; i += 2) points.push(`${ring[i]} ${ring[i + 1]}`);
      return `M${points.join('L')}Z`;
    })
    .join('');

function viewBoxOf(conflict: ShapeConflict): string {
  const corners = [conflict.mine, conflict.theirs].flatMap((object) => object?.polygons.flat(2) ?? []);
  const [x, y] = [0, 1].map((axis) => corners.filter((_, i) => i % 2 === axis));
  const [left, right] = [Math.min(...(x ?? [])), Math.max(...(x ?? []))];
  const [top, bottom] = [Math.min(...(y ?? [])), Math.max(...(y ?? []))];
  const margin = 0.08 * Math.max(right - left, bottom - top, 1);
  return `${left - margin} ${top - margin} ${right - left + 2 * margin} ${bottom - top + 2 * margin}`;
}

const wordsOf = (object: SlideObject | null | undefined, studio: Studio): string => {
  if (object === null) return 'deleted';
  if (object === undefined) return 'as the prediction has it';
  const size = studio.slides.detail.value?.pixelSize;
  const area = areaOf(object.polygons);
  return `${object.class}, ${areaText(area, size === undefined ? undefined : area * size.x * size.y)}`;
};

function OneConflict({ studio, conflict }: { readonly studio: Studio; readonly conflict: ShapeConflict }) {
  const { mine, theirs, id } = conflict;
  const { resolve } = studio.document;
  const hasShape = mine !== null || (theirs !== null && theirs !== undefined);
  return (
    <section class="conflict">
      {hasShape && (
        <svg viewBox={viewBoxOf(conflict)} role="img" aria-label="Both shapes over each other">
          {theirs !== null && theirs !== undefined && <path class="theirs" d={pathOf(theirs.polygons)} />}
          {mine !== null && <path class="mine" d={pathOf(mine.polygons)} />}
        </svg>
      )}
      <dl class="measures">
        <div>
          <dt>Yours</dt>
          <dd>{wordsOf(mine, studio)}</dd>
        </div>
        <div>
          <dt>Theirs</dt>
          <dd>{wordsOf(theirs, studio)}</dd>
        </div>
      </dl>
      <div class="dialog-actions">
        <button type="button" class="button outlined" onClick={() => studio.goToObject(id)}>
          Show on the slide
        </button>
        <button type="button" class="button outlined" onClick={() => resolve(id, 'mine')}>
          Keep yours
        </button>
        <button type="button" class="button outlined" onClick={() => resolve(id, 'theirs')}>
          Keep theirs
        </button>
        {mine !== null && theirs !== null && (
          <button type="button" class="button primary" onClick={() => resolve(id, 'both')}>
            Keep both
          </button>
        )}
      </div>
    </section>
  );
}

export function ConflictDialog({ studio }: { readonly studio: Studio }) {
  const conflicts = studio.document.conflicts.value;
  if (conflicts.length === 0) return null;
  const count =
    conflicts.length === 1 ? 'One object of this slide was' : `${conflicts.length} objects of this slide were`;
  return (
    <Dialog title="Another window changed the same" open>
      <p>{count} changed here and in another window. Your edits are kept and wait; choose what shall stay.</p>
      {conflicts.map((conflict) => (
        <OneConflict key={conflict.id} studio={studio} conflict={conflict} />
      ))}
    </Dialog>
  );
}
