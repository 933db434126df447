/** What the server tells of a session and its slides. Addresses are built from opaque ids, never from paths. */

export interface StudioClass {
  readonly name: string;
  /** As QuPath draws it: red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
}

/** A prediction of the slides: one folder of `ftu predict`. */
export interface StudioPrediction {
  readonly id: string;
  /** The folder's name. */
  readonly name: string;
  readonly models: readonly string[];
  readonly classes: readonly string[];
  /** By class: from which probability a pixel counts. */
  readonly thresholds: Readonly<Record<string, number>>;
}

export interface StudioSession {
  /** What was opened, for the window's title. */
  readonly title: string;
  readonly version: string;
  readonly classes: readonly StudioClass[];
  readonly predictions: readonly StudioPrediction[];
  /** The prediction that corrections begin from. */
  readonly corrects: string | undefined;
  /** True if there is truth for at least one slide. */
  readonly truth: boolean;
}

export interface SlideSummary {
  readonly id: string;
  /** The id of the slide table. */
  readonly name: string;
  /** Why the slide cannot be opened; then nothing below is known. */
  readonly problem?: string | undefined;
  /** Nothing is wrong: a page that opens slides itself must be given the file again. */
  readonly awaited?: boolean | undefined;
  readonly width: number;
  readonly height: number;
  /** Micrometres per pixel across and down; unset: unknown. */
  readonly pixelSize?: { readonly x: number; readonly y: number } | undefined;
  /** Objects by class: corrected where there are corrections. */
  readonly counts: Readonly<Record<string, number>>;
  /** Dice against the truth at level 0, where both are there. */
  readonly dice?: number | undefined;
  /** What a person must read of the slide, its prediction and its corrections, in clauses. */
  readonly warnings?: readonly string[] | undefined;
  readonly revision: number;
}

/** In which colours tiles are asked for: as they are shown on a screen (sRGB), or as the file has them. */
export const tileColours = ['srgb', 'stored'] as const;
export type TileColours = (typeof tileColours)[number];

/**
 * What the ICC profile of a slide means for what is shown. `none`: there is none, colours are taken as sRGB; `srgb`: it changes nothing; `converted`: tiles
 * become sRGB by it; `unusable`: they are shown as they are stored, for the reason that is said.
 */
export type ProfileUse =
  | { readonly kind: 'none' }
  | { readonly kind: 'srgb' | 'converted'; readonly profile: string }
  | { readonly kind: 'unusable'; readonly problem: string };

/** A set of outlines that can be drawn: a prediction's, the truth, what the threshold dropped, what models disagree about. */
export interface OutlineLayer {
  readonly id: string;
  readonly kind: 'prediction' | 'corrected' | 'truth' | 'unread' | 'candidates';
  readonly name: string;
  /** Of `prediction` and `candidates`. */
  readonly prediction?: string | undefined;
  /** Unset: not counted yet. */
  readonly objects?: number | undefined;
  /** What was done to its objects, or why they cannot be read. */
  readonly note?: string | undefined;
}

/** A map of numbers over the slide, in uint8 tiles: a class's probability, or how much the models disagree. */
export interface MapLayer {
  readonly id: string;
  readonly kind: 'probability' | 'disagreement';
  readonly name: string;
  readonly prediction: string;
  readonly class: string;
  /** Pixels of level 0 of its pyramid, which covers the slide; every further level has half as many, rounded up. */
  readonly width: number;
  readonly height: number;
  readonly levels: number;
}

export interface SlideDetail extends SlideSummary {
  /** Microscope's magnification of level 0, such as 20; unset: unknown. */
  readonly magnification?: number | undefined;
  readonly format: string;
  readonly tileSize: number;
  readonly colours: ProfileUse;
  readonly outlines: readonly OutlineLayer[];
  readonly maps: readonly MapLayer[];
  /** Names of pictures that are no level, if they may be shown. */
  readonly associated: readonly string[];
}
