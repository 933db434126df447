/**
 * What prediction needs to know about a model: the card that says how to feed it, and a session that runs it.
 */
import type { ModelCard } from '@ftuseg/nn';
import type { Arithmetic, Session } from '../session/session.js';

export interface SegmentationModel {
  readonly card: ModelCard;
  readonly session: Session;
  /** Where it came from, for messages and `predictions.json`; of a network in 8 bits, in which numbers it is computed here. */
  readonly source: { readonly name: string; readonly sha256?: string; readonly arithmetic?: Arithmetic };
  /** Frees the session. */
  close(): Promise<void>;
}
