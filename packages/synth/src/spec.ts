/**
 * What a synthetic slide is made from, and the checks that turn mistakes into sentences.
 */
import { FtuError, mixSeeds } from '@ftuseg/core';

/** Bytes of the largest picture rendered in one piece. */
const MAX_IMAGE = 2 ** 31 - 1;

/** Periodic acid-Schiff; haematoxylin and eosin; Masson's trichrome; silver (Jones, PASM). */
export const stainNames = ['pas', 'he', 'masson', 'silver'] as const;
export type StainName = (typeof stainNames)[number];
/** A stain, or `mixed`: the slide's seed decides. */
export const stainChoices = [...stainNames, 'mixed'] as const;
export type StainChoice = (typeof stainChoices)[number];

/** What a slide has besides kidney; the defaults are those of a clean section. */
export interface Features {
  /** Share of glomeruli that are globally sclerotic (label 2), 0 to 1. */
  readonly sclerotic: number;
  /** Share of the slide's depth that is medulla, without glomeruli, 0 to 0.6; undefined: the seed decides. */
  readonly medulla: number | undefined;
  /** Strokes of a pen on the slide. */
  readonly pen: number;
  /** Folds of the section. */
  readonly folds: number;
  /** Share of the slide that is out of focus, about; 0 to 1. */
  readonly blur: number;
  /**
   * How much of the room between glomeruli is taken by dilated tubules with casts, alone, in groups and as thyroidisation, 0 to 1;
   * no glomerulus is changed by it.
   */
  readonly casts: number;
  /** How much of the tissue is scarred: wide fibrous stroma, patches of scar, hyaline and tangentially cut vessels, capsule; 0 to 1. */
  readonly scars: number;
  /** Share of glomeruli of an unusual size or form; 0 to 1. */
  readonly variants: number;
  /** Tissue as cores of a needle biopsy with glass between them, instead of one piece. */
  readonly cores: boolean;
}

/** A preset: slides on which a network that knows clean cortex only goes wrong. */
export const HARD_FEATURES = {
  sclerotic: 0.12,
  casts: 0.5,
  scars: 0.5,
  variants: 0.45,
} as const satisfies Partial<Features>;

const CLEAN: Features = {
  sclerotic: 0,
  medulla: undefined,
  pen: 0,
  folds: 0,
  blur: 0,
  casts: 0,
  scars: 0,
  variants: 0,
  cores: false,
};

export interface SlideSpec {
  /** Any integer from 0 to 2^53 - 1; the same seed gives the same bytes. */
  readonly seed: number;
  readonly micronsPerPixel: number;
  readonly features?: Partial<Features> | undefined;
  /** Default: pas. The stain changes colours and never what is where. */
  readonly stain?: StainChoice | undefined;
  /** Size of the slide in pixels. */
  readonly slideWidth: number;
  readonly slideHeight: number;
}

export interface RegionSpec extends SlideSpec {
  /** The window in slide pixels, inside the slide. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The stain that a slide has. */
export function stainOf({ seed, stain = 'pas' }: Pick<SlideSpec, 'seed' | 'stain'>): StainName {
  if (stain !== 'mixed') return stain;
  return stainNames[mixSeeds(seed, 33) % stainNames.length] ?? 'pas';
}

/** The features of a slide, with those of a clean section where nothing is said. */
export function featuresOf({ features = {} }: SlideSpec): Features {
  const all = { ...CLEAN, ...features };
  const ranges = { sclerotic: 1, medulla: 0.6, blur: 1, casts: 1, scars: 1, variants: 1 } as const;
  for (const [name, most] of Object.entries(ranges)) {
    const value = all[name as keyof typeof ranges];
    if (value === undefined || (value >= 0 && value <= most)) continue;
    throw new FtuError('bad-input', `must lie between 0 and ${most}, not ${value}`, { subject: name });
  }
  whole('number of pen strokes', all.pen, 0);
  whole('number of folds', all.folds, 0);
  return all;
}

/** Throws `FtuError` unless size, seed and scale make sense. */
export function checkSlide(spec: SlideSpec): void {
  whole('width', spec.slideWidth, 1);
  whole('height', spec.slideHeight, 1);
  if (!Number.isSafeInteger(spec.seed) || spec.seed < 0) {
    throw new FtuError('bad-input', `the seed must be a non-negative integer, not ${spec.seed}`, { subject: 'seed' });
  }
  if (spec.stain !== undefined && !stainChoices.includes(spec.stain)) {
    throw new FtuError('bad-input', `must be one of ${stainChoices.join(', ')}, not "${spec.stain}"`, {
      subject: 'stain',
    });
  }
  const mpp = spec.micronsPerPixel;
  if (!Number.isFinite(mpp) || mpp < 0.05 || mpp > 20) {
    throw new FtuError('bad-input', `micrometres per pixel must lie between 0.05 and 20, not ${mpp}`, {
      subject: 'microns per pixel',
      hint: 'use 0.25 to 3 for pictures that look like kidney',
    });
  }
}

/** Throws `FtuError` unless the window is one that lies on the slide and fits in memory. */
export function checkWindow(spec: RegionSpec): void {
  whole('window width', spec.width, 1);
  whole('window height', spec.height, 1);
  whole('window x', spec.x, 0);
  whole('window y', spec.y, 0);
  if (spec.x + spec.width > spec.slideWidth || spec.y + spec.height > spec.slideHeight) {
    throw new FtuError(
      'bad-input',
      `the window ${spec.width} x ${spec.height} at (${spec.x}, ${spec.y}) leaves the slide of ${spec.slideWidth} x ${spec.slideHeight} pixels`,
    );
  }
  if (spec.width * spec.height * 3 > MAX_IMAGE) {
    throw new FtuError('unsupported', `a window of ${spec.width} x ${spec.height} pixels does not fit in memory`, {
      hint: 'render it in parts',
    });
  }
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new FtuError('bad-input', `the ${name} must be an integer of at least ${least}, not ${value}`, {
      subject: name,
    });
  }
}
