/** How the page's edits reach whoever keeps them: a server, or a page's own memory. */
import type { Edit, EditConflict, LoggedEdit } from '../protocol/edits.js';
import type { ApiProblem } from '../protocol/routes.js';

export type SendResult =
  | { readonly kind: 'accepted'; readonly revision: number }
  /** The slide has a newer revision than the edit was made on. */
  | { readonly kind: 'conflict'; readonly conflict: EditConflict }
  /** Such as a full disk; the edit was not kept. */
  | { readonly kind: 'refused'; readonly problem: ApiProblem };

export interface EditTransport {
  /** @throws whatever keeps it from an answer */
  readonly fetch: (after: number) => Promise<{ readonly revision: number; readonly edits: readonly LoggedEdit[] }>;
  /** @throws whatever keeps it from an answer: the edit may have been kept or not */
  readonly send: (edit: Edit, ifMatch: number) => Promise<SendResult>;
}
