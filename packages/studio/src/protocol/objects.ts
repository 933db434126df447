/** An object on a slide as the server, the page and the log of edits know it. Coordinates are level-0 pixels. */
import { z } from 'zod';

/** Corners x, y, x, y, ...; not closed. Pixel (x, y) reaches from (x, y) to (x + 1, y + 1). Multiples of 1 / `COORDINATE_STEPS`. */
export type FlatRing = readonly number[];

/** The outer ring, then holes. */
export type FlatPolygon = readonly FlatRing[];

/** Steps of a coordinate within a pixel: what is drawn is rounded to it, so that every operation is exact on whole numbers. */
export const COORDINATE_STEPS = 16;

const ring = z.array(z.number()).min(6).max(2_000_000);
const polygon = z.array(ring).min(1).max(100_000);

export interface SlideObject {
  /** A UUID: the prediction's, or one made where the object was drawn. */
  readonly id: string;
  /** The class by its name, as the model or the class list calls it. */
  readonly class: string;
  /** One for a Polygon, several for a MultiPolygon; they do not overlap. */
  readonly polygons: readonly FlatPolygon[];
}

export const objectSchema: z.ZodType<SlideObject> = z.object({
  id: z.string().min(1).max(64),
  class: z.string().min(1).max(200),
  polygons: z.array(polygon).min(1).max(10_000),
});

/** What a person said about an object. */
export const decisions = ['accepted', 'rejected', 'later'] as const;
export type Decision = (typeof decisions)[number];

/** Classes that are no objects: where everything is drawn, and what shall count nowhere. As `--classes` means them. */
export const COMPLETE_AREA = 'complete';
export const IGNORED_AREA = 'ignore';

/** Areas say what is known of a slide: they are no objects. */
export const isArea = (className: string): boolean => className === COMPLETE_AREA || className === IGNORED_AREA;

/** Measures as `objects.csv` has them; unset: unknown. */
export interface ObjectMeasures {
  readonly areaUm2?: number | undefined;
  readonly areaPx: number;
  readonly perimeterUm?: number | undefined;
  readonly perimeterPx: number;
  readonly equivalentDiameterUm?: number | undefined;
  readonly equivalentDiameterPx: number;
  readonly circularity: number;
  readonly centroidPx: readonly [x: number, y: number];
  readonly boxPx: readonly [x: number, y: number, width: number, height: number];
  readonly meanProbability?: number | undefined;
  readonly calibratedProbability?: number | undefined;
  readonly modelAgreement?: number | undefined;
}
