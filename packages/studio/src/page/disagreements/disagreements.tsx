/** Where a prediction that was run anew and the corrections of the slide disagree: one after another, with what can be done. */
import './disagreements.css';
import { useEffect, useState } from 'preact/hooks';
import type { Disagreement } from '../../protocol/disagreements.js';
import type { Studio } from '../state/studio.js';
import { disagreementText, remediesOf } from './words.js';

/** Rows that are shown; the next follow as these are settled. */
const MAX_ROWS = 50;

/** Reads the list when the slide changes and when edits were saved, which settle entries. */
function useDisagreements(studio: Studio): readonly Disagreement[] {
  const [found, setFound] = useState<readonly Disagreement[]>([]);
  const id = studio.slides.detail.value?.id;
  const { status, changed, decisions } = studio.document;
  const isSaved = status.value === 'saved';
  const [edited, decided] = [changed.value, decisions.value];
  useEffect(() => {
    setFound([]);
  }, [id]);
  useEffect(() => {
    let isCurrent = true;
    if (id === undefined || !isSaved) return;
    studio.backend.disagreements(id).then(
      (list) => {
        if (isCurrent) setFound(list);
      },
      // The connection says that nobody answers; the list is read again with the next edit.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [id, isSaved, edited, decided, studio]);
  return found;
}

function Row({ studio, one }: { readonly studio: Studio; readonly one: Disagreement }) {
  const text = disagreementText(one);
  const { x, y, width, height } = one.box;
  const show = (): void => {
    const margin = 0.6 * Math.max(width, height, 1);
    const around = { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
    studio.camera.pane.peek()?.fit(around);
    // What the prediction has is no layer of its own: it is drawn as a sketch until something else is.
    studio.context.peek()?.sketch({ polygons: one.predicted?.polygons ?? [] });
    // One that was deleted has no measures.
    studio.selection.select(one.object === undefined || one.kind === 'appeared' ? [] : [one.object]);
  };
  return (
    <li class="disagreement">
      <button type="button" class="button" onClick={show}>
        {text}
      </button>
      <div class="card-actions">
        {remediesOf(one).map(({ label, step, changes }) => (
          <button
            key={label}
            type="button"
            class="button outlined"
            aria-label={`${label}: ${text}, at ${Math.round(x)}, ${Math.round(y)}`}
            onClick={() => {
              studio.context.peek()?.sketch(undefined);
              studio.document.propose(step, changes);
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </li>
  );
}

export function Disagreements({ studio }: { readonly studio: Studio }) {
  const found = useDisagreements(studio);
  if (found.length === 0) return null;
  const rest = found.length - MAX_ROWS;
  return (
    <details class="group disagreements" open>
      <summary>The new prediction disagrees ({found.length})</summary>
      <p class="muted">Your corrections stand. The prediction was run anew, and differs from them here.</p>
      <ul>
        {found.slice(0, MAX_ROWS).map((one) => (
          <Row key={`${one.kind} ${one.object ?? ''} ${one.predicted?.id ?? ''}`} studio={studio} one={one} />
        ))}
      </ul>
      {rest > 0 && <p class="muted">{rest} more follow when these are settled.</p>}
    </details>
  );
}
