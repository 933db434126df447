import { outlinePoint, type SlidePlace, type SlidePoint } from './slide-place.js';

/** An object as reports and annotations have it. */
export interface ResultObject {
  /** The same in every file of the prediction: a UUID. */
  readonly id: string;
  /** From 1: the class. */
  readonly label: number;
  /** Corners in pixels of level 0 along the edges of its pixels: x, y, x, y, ..., the first not repeated. */
  readonly outline: Float64Array;
  /** Square micrometres, without holes. */
  readonly area: number;
  /** Micrometres: of the disc of the same area. */
  readonly diameter: number;
  /** Mean over its pixels, 0 to 1. */
  readonly probability: number;
}

/** Corners of an outline that a report takes: a value of three 32-bit numbers for each, the first one twice, has at most 65,534 bytes. */
export const MAX_REPORT_CORNERS = 5460;

/** Corners in millimetres: x, y and z of each. */
export function* outlineOnSlide({ outline }: ResultObject, place: SlidePlace): Generator<SlidePoint> {
  for (let i = 0; i + 1 < outline.length; i += 2) {
    yield outlinePoint(place, outline[i] as number, outline[i + 1] as number);
  }
}

/** A UUID as a UID. Source: PS3.5, annex B.2. */
export const uidOf = (id: string): string => `2.25.${BigInt(`0x${id.replaceAll('-', '')}`)}`;
