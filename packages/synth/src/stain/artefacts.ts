/**
 * What goes wrong between the knife and the scanner: folds of the section, pen on the glass, areas out of focus. None of it
 * changes the truth. All are functions of a position in micrometres, so that a pixel does not depend on its window.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import type { SlideSize } from '../ground/area.js';
import type { Layout } from '../ground/layout.js';
import type { Features } from '../spec.js';

interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  /** Half the length, half the width, and the waves across it: micrometres. */
  readonly half: number;
  readonly thickness: number;
  readonly wave: number;
  readonly period: number;
  readonly phase: number;
  /** Light that passes, 0..1 per channel; of pen. */
  readonly ink: readonly [number, number, number];
}

const INKS: readonly Stroke['ink'][] = [
  [0.16, 0.22, 0.62],
  [0.1, 0.42, 0.25],
  [0.12, 0.12, 0.14],
];

export interface Artefacts {
  /** Factor of the tissue's thickness: 1, and about 2 in a fold. */
  thickness(x: number, y: number): number;
  /** How much of `ink` lies here, 0..1, of the stroke it returns; undefined for none. */
  pen(x: number, y: number): { readonly share: number; readonly ink: Stroke['ink'] } | undefined;
  /** 0 in focus, 1 out of it. */
  defocus(x: number, y: number): number;
  readonly hasFolds: boolean;
  readonly hasPen: boolean;
  readonly hasBlur: boolean;
}

function drawStroke(random: Random, size: SlideSize, kind: 'fold' | 'pen'): Stroke {
  const angle = random.uniform(0, 2 * Math.PI);
  const small = Math.min(size.width, size.height);
  const half = kind === 'fold' ? random.uniform(0.05, 0.2) * small : random.uniform(0.08, 0.25) * small;
  return {
    x: random.uniform(0.1, 0.9) * size.width,
    y: random.uniform(0.1, 0.9) * size.height,
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    half,
    thickness: kind === 'fold' ? random.uniform(8, 28) : Math.min(random.uniform(120, 320), half / 3),
    wave: half * random.uniform(0.02, 0.12),
    period: half * random.uniform(0.5, 1.5),
    phase: random.uniform(0, 2 * Math.PI),
    ink: INKS[random.int(INKS.length)] ?? [0, 0, 0],
  };
}

/** Micrometres to the stroke's edge, positive inside. */
function depth(stroke: Stroke, x: number, y: number): number {
  const { cos, sin, half, thickness, wave, period, phase } = stroke;
  const [dx, dy] = [x - stroke.x, y - stroke.y];
  const along = dx * cos + dy * sin;
  if (along > half || along < -half) return -1;
  const across = dy * cos - dx * sin - wave * Math.sin(along / period + phase);
  // The ends are round.
  const over = Math.max(0, Math.abs(along) - (half - thickness));
  return thickness - Math.sqrt(across * across + over * over);
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

export function createArtefacts(layout: Layout, features: Features): Artefacts {
  const { seed, size, noise } = layout;
  const strokes = (kind: 'fold' | 'pen', count: number): Stroke[] =>
    Array.from({ length: count }, (_, i) =>
      drawStroke(createRandom(mixSeeds(seed, (kind === 'fold' ? 5000 : 6000) + i)), size, kind),
    );
  const folds = strokes('fold', features.folds);
  const pens = strokes('pen', features.pen);
  // Value noise lies mostly between -1 and 1; the threshold leaves about the share that was asked for.
  const threshold = 0.75 - 1.5 * features.blur;
  return {
    hasFolds: folds.length > 0,
    hasPen: pens.length > 0,
    hasBlur: features.blur > 0,
    thickness(x, y) {
      let factor = 1;
      for (const fold of folds) {
        const inside = depth(fold, x, y);
        if (inside > 0) factor += 0.9 * clamp(inside / 3);
      }
      return factor;
    },
    pen(x, y) {
      for (const stroke of pens) {
        const inside = depth(stroke, x, y);
        if (inside <= 0) continue;
        const streaks = 0.9 + 0.1 * noise.at(x / 40 + 5.5, y / 900 + 9.1);
        return { share: clamp(inside / 12) * streaks, ink: stroke.ink };
      }
      return undefined;
    },
    defocus: (x, y) => clamp((noise.at(x / 1300 + 61.3, y / 1300 + 7.9) - threshold) * 4),
  };
}
