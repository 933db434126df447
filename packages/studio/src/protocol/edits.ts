/** Edits as they are sent and kept: a line of `edits.jsonl` is one of these with its number, time and checksum. */
import { z } from 'zod';
import { decisions, objectSchema } from './objects.js';

/** What happens to one object: it is drawn or changed to `object`, or it is deleted. */
const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), object: objectSchema }),
  z.object({ kind: z.literal('delete'), id: z.string().min(1).max(64) }),
  /** `null` takes the decision back. */
  z.object({ kind: z.literal('decide'), id: z.string().min(1).max(64), decision: z.enum(decisions).nullable() }),
]);
export type Change = z.output<typeof change>;

/** One step of undo: all of its changes or none. */
export const editSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('change'),
    /** What the step is called in the history: "brush", "merge". */
    label: z.string().min(1).max(100),
    changes: z.array(change).min(1).max(100_000),
  }),
  /** The last step that is not undone, and the last that is. */
  z.object({ kind: z.literal('undo') }),
  z.object({ kind: z.literal('redo') }),
]);
export type Edit = z.output<typeof editSchema>;

/** An acknowledged edit. Revisions count from 1; 0 is the prediction as it came. */
export interface LoggedEdit {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly edit: Edit;
}

/** What the server answers to a refused edit (HTTP 412): the revision that the slide has, and the edits that the writer lacks. */
export interface EditConflict {
  readonly revision: number;
  readonly missed: readonly LoggedEdit[];
}
