/** Corrections of a slide that stand on nothing, or on a prediction at a scale that the slide does not have, come over to one that has just ended. */
import { reconcile } from '../../../edits/reconcile/reconcile.js';
import type { Library, LibrarySlide } from '../slides/library.js';
import type { PredictionRecord } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { baseOf, type PredictedObjects, readState, recordOf } from './base.js';

/** What the step is called, which can be undone like any other. */
const NEW_PREDICTION = 'new prediction';

/** Another tab may be correcting the slide: its edits come first. */
const TRIES = 5;

/** Whether a prediction takes the place of what the corrections stand on. All others are layers of their own. */
function takesOver({ record, work }: LibrarySlide, { id, settings }: PredictionRecord): boolean {
  if (work === undefined || work.revision === 0) return false;
  const base = baseOf(work);
  if (base === undefined) return true;
  const isStated = record.facts?.pixelSize === undefined;
  return base.id !== id && isStated && base.settings.micronsPerPixel !== settings.micronsPerPixel;
}

export interface BringOverParts {
  readonly library: Library;
  readonly store: Caller<StoreMethods>;
  readonly predicted: PredictedObjects;
}

/**
 * Does nothing where the corrections stay with what they stand on.
 *
 * @param prediction has ended, and the library knows it
 * @returns a sentence for the person; undefined where nothing was brought over
 */
export async function bringOver(
  { library, store, predicted }: BringOverParts,
  id: string,
  prediction: PredictionRecord,
): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const slide = library.of(id);
    if (slide === undefined || !takesOver(slide, prediction)) return undefined;
    const { revision, state } = await readState(store, id);
    const [before, after] = [await predicted.base(slide), await predicted.of(slide, prediction.id)];
    const { changes, disagreements } = await reconcile(state, before, after);
    const { width, height } = slide.record.facts ?? { width: 0, height: 0 };
    const result = await store.call('sendEdit', {
      slide: id,
      edit: changes.length === 0 ? undefined : { kind: 'change', label: NEW_PREDICTION, changes: [...changes] },
      ifMatch: revision,
      size: { width, height },
      base: recordOf(prediction),
      rebases: true,
    });
    await library.reread(id);
    if (result.kind === 'refused') throw new Error(result.problem.problem);
    if (result.kind === 'accepted') {
      const places = disagreements.length === 1 ? '1 place' : `${disagreements.length} places`;
      return `Your corrections of ${slide.record.name} stand on its new prediction now; they stay, and disagree with it in ${places}.`;
    }
  }
  throw new Error('Another tab is correcting the slide: predict it again, so that its corrections come over.');
}
