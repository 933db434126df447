/**
 * What prediction needs to know about a model: the card that says how to feed it, and a session that runs it.
 */
import type { ModelCard } from '@ftuseg/nn';
import type { Arithmetic, Session } from '../session/session.js';
import type { SharedNetwork } from './shared-network.js';

export interface SegmentationModel {
  readonly card: ModelCard;
  readonly session: Session;
  /** Set where one network answers for this model and others, and which of its answers is this model's. */
  readonly shared?: { readonly network: SharedNetwork; readonly place: number } | undefined;
  /** Where it came from, for messages and `predictions.json`; of a network in 8 bits, in which numbers it is computed here. */
  readonly source: { readonly name: string; readonly sha256?: string; readonly arithmetic?: Arithmetic };
  /** Frees the session. */
  close(): Promise<void>;
}
