/** What the page reads again by itself: numbers after an edit was saved, scores that are still computed, everything when the server is back. */
import { effect } from '@preact/signals';
import type { Studio } from './studio.js';

/** Edits come in strokes: the numbers follow when the hand rests. Milliseconds. */
const AFTER_EDIT = 700;
const SCORE_WAIT = 4000;
/** Ten minutes; a window that is left open for days does not ask for ever. */
const MAX_SCORE_READS = 150;

export function followServer(studio: Studio, start: () => void): void {
  const { document, slides, selection, objects, connection, messages } = studio;

  let resting: ReturnType<typeof setTimeout> | undefined;
  let before = document.changed.peek();
  effect(() => {
    const [changed, status, open] = [document.changed.value, document.status.value, document.open.value];
    if (status !== 'saved' || open === undefined || changed === before) return;
    // The first state of a slide is no edit of it.
    const isEdit = before.size > 0 || changed.size > 0;
    before = changed;
    if (!isEdit) return;
    clearTimeout(resting);
    resting = setTimeout(() => {
      selection.refresh();
      objects.refreshMeasures();
      void slides.readList();
    }, AFTER_EDIT);
  });

  let reads = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const isScored = slides.session.value?.truth === true;
    const isMissing = slides.slides.value.some(({ dice, problem }) => dice === undefined && problem === undefined);
    clearTimeout(waiting);
    if (!isScored || !isMissing || reads >= MAX_SCORE_READS) return;
    waiting = setTimeout(() => {
      reads += 1;
      void slides.readList();
    }, SCORE_WAIT);
  });

  connection.onReturn(() => {
    messages.answered();
    if (slides.session.peek() === undefined) start();
    else void slides.refresh();
  });
}
