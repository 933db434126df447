/**
 * What prediction needs to know about a model: the card that says how to feed it, and a session that runs it.
 */
import type { ModelCard } from '@ftuseg/nn';
import type { Session } from '../session/session.js';

export interface SegmentationModel {
  readonly card: ModelCard;
  readonly session: Session;
  /** Where it came from, for messages and `predictions.json`. */
  readonly source: { readonly name: string; readonly sha256?: string };
  /** Frees the session. */
  close(): Promise<void>;
}
