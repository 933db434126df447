/** One file of one slide's prediction, and what it is read for. */
import type { AnnotationOrigin, ClassMap, TruthReport } from '@ftuseg/slide';
import type { SlideSize } from '../truth-runs.node.js';

export interface Source {
  readonly path: string;
  readonly id: string;
  /** Path or address of the slide's picture. */
  readonly image: string;
  /** Which corner a GeoJSON counts from that does not state it. */
  readonly annotationOrigin: AnnotationOrigin | undefined;
  readonly size: SlideSize;
  readonly classes: ClassMap;
  readonly signal: AbortSignal | undefined;
  /** Told in sentences what was assumed. */
  readonly say: (sentence: string) => void;
  /** Told of a file of drawn objects what was taken and what was left out. */
  readonly tell: (report: TruthReport) => void;
}
