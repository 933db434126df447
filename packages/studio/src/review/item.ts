/** What is measured of everything that a person may have to judge: an object that was found, or a region that the threshold dropped. */
import type { FlatPolygon } from '../protocol/objects.js';
import type { ItemKind } from '../protocol/review.js';

export interface MeasuredItem {
  readonly id: string;
  /** The slide's opaque id. */
  readonly slide: string;
  readonly kind: ItemKind;
  readonly class: string;
  /** Level-0 pixels. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly areaPx: number;
  /** Unset: the slide's scale is unknown. */
  readonly areaUm2?: number | undefined;
  /** 4 pi area / perimeter^2. */
  readonly circularity: number;
  /** Area over that of the convex hull, 0 to 1. */
  readonly solidity: number;
  /** Touches the slide's border, so that a part of it may be missing. */
  readonly border: boolean;
  /** From which probability a pixel counts, 0 to 1. */
  readonly threshold: number;
  /** Mean of its pixels' probabilities, 0 to 1; unset: unknown. */
  readonly mean?: number | undefined;
  /** Highest of them; unset: there is no map of probabilities. */
  readonly peak?: number | undefined;
  /** Mean entropy of the pixels near its outline, 0 to 1 bit; unset: there is no map of probabilities. */
  readonly boundaryEntropy?: number | undefined;
  /** Share of the models that call its pixels foreground, 0 to 1; unset: one model. */
  readonly agreement?: number | undefined;
  /** Of a ghost: its outline, since no file has it. */
  readonly polygons?: readonly FlatPolygon[] | undefined;
}

/** What is known of a slide's items. */
export interface MeasuredSlide {
  readonly items: readonly MeasuredItem[];
  /** What is missing or was left out, in sentences. */
  readonly notes: readonly string[];
}

/** Ghosts lie between this share of the threshold and the threshold: lower, there is ten times more of nothing for each glomerulus more. */
export const GHOST_SHARE = 0.2;
