/** A set of outlines of a slide before it is packed: what it is called, what tells that it is still the same, and how its objects are read. */
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { OutlineLayer } from '../../protocol/slides.js';
import type { StudioContext, StudioSlide } from '../context.js';

export interface FoundLayer {
  readonly layer: Omit<OutlineLayer, 'objects' | 'note'>;
  /** Classes in the order of their numbers; others follow as they are met. */
  readonly classes: readonly string[];
  /** What was done before its objects were written, in sentences. */
  readonly before?: readonly string[];
  /** Made when it is first looked at, not when its slide is opened: until then its objects are not counted. */
  readonly onDemand?: boolean;
  /** Another whenever the objects may be others. @throws FtuError `not-found`, `io` */
  readonly fingerprint: () => Promise<string>;
  /**
   * Reads the objects; `notes` are to be read once they are through.
   * @throws FtuError for what cannot be read
   */
  readonly read: (signal: AbortSignal) => {
    readonly objects: AsyncIterable<ObjectToPack>;
    readonly notes: () => readonly string[];
  };
}

/** Finds layers of a slide. It is asked with every request: it looks at files, and reads none. */
export type LayerProvider = (context: StudioContext, slide: StudioSlide) => Promise<readonly FoundLayer[]>;
