/**
 * The look of each kind of tubule: sizes in micrometres, stains as concentrations (1 = a basement membrane, a nucleus).
 */
import type { Random } from '@ftuseg/core';

export type TubuleKind = 'proximal' | 'distal' | 'collecting' | 'atrophic' | 'cast' | 'arteriole';

export interface TubuleLook {
  readonly radius: number;
  /** How far it grows into free space around it. */
  readonly growth: number;
  /** Lumen radius over tubule radius. */
  readonly lumen: readonly [number, number];
  /** Schiff's reagent and haematoxylin in the cytoplasm. */
  readonly schiff: number;
  readonly hematoxylin: number;
  /** Density of the cytoplasm, 1 in a proximal tubule: what dyes of protein bind to. */
  readonly cytoplasm: number;
  /** Schiff in the brush border along the lumen. */
  readonly brush: number;
  /** Schiff of what fills the lumen. */
  readonly filling: number;
  /** Irregularity of the lumen's edge. */
  readonly ragged: number;
  /** Thickness of the basement membrane. */
  readonly membrane: number;
  /** Nuclei: distance between neighbours, depth of their centres under the membrane, radius. */
  readonly nucleusSpacing: number;
  readonly nucleusDepth: number;
  readonly nucleusRadius: number;
}

export const tubuleLooks: Readonly<Record<TubuleKind, TubuleLook>> = {
  proximal: {
    radius: 25,
    growth: 9,
    lumen: [0.14, 0.44],
    schiff: 0.3,
    hematoxylin: 0.15,
    cytoplasm: 1,
    brush: 0.3,
    filling: 0.05,
    ragged: 3.4,
    membrane: 1.3,
    nucleusSpacing: 14.5,
    nucleusDepth: 5.6,
    nucleusRadius: 3.5,
  },
  distal: {
    radius: 17.5,
    growth: 8,
    lumen: [0.42, 0.64],
    schiff: 0.2,
    hematoxylin: 0.17,
    cytoplasm: 0.62,
    brush: 0.05,
    filling: 0.01,
    ragged: 1.2,
    membrane: 1.0,
    nucleusSpacing: 9,
    nucleusDepth: 4.6,
    nucleusRadius: 3.2,
  },
  collecting: {
    radius: 20,
    growth: 8,
    lumen: [0.36, 0.58],
    schiff: 0.15,
    hematoxylin: 0.11,
    cytoplasm: 0.5,
    brush: 0.08,
    filling: 0.01,
    ragged: 0.8,
    membrane: 1.1,
    nucleusSpacing: 10.5,
    nucleusDepth: 4.8,
    nucleusRadius: 3.1,
  },
  atrophic: {
    radius: 14,
    growth: 3,
    lumen: [0.15, 0.45],
    schiff: 0.24,
    hematoxylin: 0.24,
    cytoplasm: 0.62,
    brush: 0,
    filling: 0.06,
    ragged: 1,
    membrane: 3,
    nucleusSpacing: 7.6,
    nucleusDepth: 5,
    nucleusRadius: 2.9,
  },
  cast: {
    radius: 22,
    growth: 6,
    lumen: [0.62, 0.76],
    schiff: 0.22,
    hematoxylin: 0.16,
    cytoplasm: 0.6,
    brush: 0,
    filling: 0.66,
    ragged: 0.6,
    membrane: 1.5,
    nucleusSpacing: 13,
    nucleusDepth: 3.8,
    nucleusRadius: 2.8,
  },
  arteriole: {
    radius: 14,
    growth: 2,
    lumen: [0.22, 0.4],
    schiff: 0.52,
    hematoxylin: 0.14,
    cytoplasm: 0.75,
    brush: 0.35,
    filling: 0.02,
    ragged: 0.8,
    membrane: 0.7,
    nucleusSpacing: 8.5,
    nucleusDepth: 5.5,
    nucleusRadius: 2.3,
  },
};

/** Draws a kind for a place in cortex (`medulla` = 0) or medulla (1), inside or outside a nest of small tubules. */
export function drawKind(random: Random, place: { medulla: number; nest: boolean; casts: number }): TubuleKind {
  const draw = random.next();
  if (place.nest) return draw < 0.12 ? 'cast' : draw < 0.55 ? 'atrophic' : 'distal';
  if (draw < place.casts) return 'cast';
  const kind = random.next();
  if (random.next() < place.medulla) return kind < 0.55 ? 'distal' : kind < 0.92 ? 'collecting' : 'atrophic';
  if (kind < 0.7) return 'proximal';
  if (kind < 0.9) return 'distal';
  if (kind < 0.945) return 'collecting';
  return kind < 0.97 ? 'atrophic' : 'arteriole';
}
