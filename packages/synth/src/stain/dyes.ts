/**
 * What each stain colours how strongly: a table of dyes and of what binds them, drawn anew for every slide.
 *
 * Directions are optical densities in red, green and blue, of length 1. Haematoxylin and eosin: Ruifrok and Johnston, Anal Quant Cytol
 * Histol 23 (2001) 291-299. Methyl blue and ponceau-fuchsin of Masson's trichrome, and nuclear fast red: Landini, Martinelli and
 * Piccinini, Bioinformatics 37 (2021) 1485-1487. "Scanned" directions are those that Macenko's method (ISBI 2009) found on public
 * pictures of kidney: scanners see broader bands than a table of dyes says. Light green is from its two absorption maxima, 422 and 630 nm.
 */
import type { Random } from '@ftuseg/core';
import type { MatterName } from '../ground/matter.js';

export type Rgb = readonly [number, number, number];

/** Optical density (natural logarithm) per unit of nuclear stain and of each matter. */
export type Absorption = Readonly<Record<MatterName | 'hematoxylin', Rgb>>;

/** A dye as a table has it and as pictures have it. */
interface Dye {
  readonly table: Rgb;
  readonly scanned: Rgb;
}

const HEMATOXYLIN: Dye = { table: [0.65, 0.7, 0.29], scanned: [0.62, 0.66, 0.43] };
const EOSIN: Dye = { table: [0.07, 0.99, 0.11], scanned: [0.22, 0.89, 0.38] };
const FUCHSIN: Dye = { table: [0.1, 0.74, 0.67], scanned: [0.23, 0.81, 0.52] };
const METHYL_BLUE: Dye = { table: [0.8, 0.59, 0.11], scanned: [0.84, 0.52, 0.11] };
const LIGHT_GREEN: Dye = { table: [0.92, 0.2, 0.33], scanned: [0.86, 0.32, 0.4] };
const IRON_HEMATOXYLIN: Dye = { table: [0.62, 0.6, 0.5], scanned: [0.66, 0.58, 0.47] };
const SILVER: Dye = { table: [0.63, 0.6, 0.49], scanned: [0.47, 0.62, 0.63] };
const BLUE_COUNTERSTAIN: Dye = { table: [0.65, 0.7, 0.29], scanned: [0.73, 0.65, 0.21] };
const FAST_RED: Dye = { table: [0.21, 0.85, 0.48], scanned: [0.21, 0.85, 0.48] };
/** Red blood cells keep the colour of haemoglobin under any dye. */
const HEMOGLOBIN: Rgb = [0.08, 0.72, 0.69];

/** A direction between table (0) and scan (1), or a little beyond, up to `most`; of length 1. */
function draw(random: Random, { table, scanned }: Dye, most = 1.3): Rgb {
  const t = random.uniform(0.3, most);
  const [r, g, b] = [0, 1, 2].map((c) => {
    const [from = 0, to = 0] = [table[c], scanned[c]];
    return Math.max(0.02, from + t * (to - from) + random.uniform(-0.035, 0.035));
  });
  return ofLength1([r ?? 0, g ?? 0, b ?? 0]);
}

function ofLength1([r, g, b]: Rgb): Rgb {
  const length = Math.hypot(r, g, b);
  return [r / length, g / length, b / length];
}

/** The sum of dyes, each times its amount. */
function mix(...parts: readonly (readonly [dye: Rgb, amount: number])[]): Rgb {
  const sum = (c: 0 | 1 | 2): number => parts.reduce((total, [dye, amount]) => total + dye[c] * amount, 0);
  return [sum(0), sum(1), sum(2)];
}

export function drawHe(random: Random): Absorption {
  const hematoxylin = draw(random, HEMATOXYLIN, 1.4);
  // Eosin Y, eosin B and phloxine, and the scanners' own reds: from pink to salmon.
  const eosin = draw(random, EOSIN, 1.7);
  const pink = random.uniform(0.65, 1.2);
  const blue = random.uniform(0.7, 1.15);
  // An old or acid haematoxylin bath colours everything a little blue.
  const veil = random.chance(0.22) ? random.uniform(0.1, 0.3) : random.uniform(0, 0.08);
  return {
    hematoxylin: mix([hematoxylin, 1.7 * blue]),
    cytoplasm: mix([eosin, 0.86 * pink], [hematoxylin, 0.04 + veil]),
    membrane: mix([eosin, 0.5 * pink], [hematoxylin, 0.1 + veil]),
    collagen: mix([eosin, random.uniform(0.4, 0.75) * pink], [hematoxylin, 0.06 + veil]),
    protein: mix([eosin, random.uniform(0.7, 1.15) * pink]),
    blood: mix([eosin, 0.75 * pink], [HEMOGLOBIN, random.uniform(0.3, 0.8)]),
  };
}

export function drawMasson(random: Random): Absorption {
  const iron = draw(random, IRON_HEMATOXYLIN);
  const fuchsin = draw(random, FUCHSIN);
  const fibre = draw(random, random.chance(0.3) ? LIGHT_GREEN : METHYL_BLUE);
  const red = random.uniform(0.8, 1.7);
  const blue = random.uniform(0.9, 1.9);
  // Differentiation decides how much of each dye the other's tissue keeps.
  const stray = random.uniform(0.05, 0.35);
  return {
    hematoxylin: mix([iron, random.uniform(0.7, 1.5)], [fuchsin, 0.75 * red]),
    cytoplasm: mix([fuchsin, 1.05 * red], [fibre, 0.7 * stray * blue]),
    membrane: mix([fibre, 0.95 * blue], [fuchsin, 1.2 * stray * red]),
    collagen: mix([fibre, 1.35 * blue], [fuchsin, 0.4 * stray * red]),
    protein: mix([fuchsin, random.uniform(0.4, 1.4) * red], [fibre, random.uniform(0.1, 0.7) * blue]),
    blood: mix([fuchsin, 1.1 * red], [HEMOGLOBIN, 0.7]),
  };
}

export function drawSilver(random: Random): Absorption {
  const silver = draw(random, SILVER);
  const blue = draw(random, BLUE_COUNTERSTAIN);
  const choice = random.next();
  const other = draw(random, choice < 0.85 ? LIGHT_GREEN : random.chance(0.5) ? FAST_RED : EOSIN);
  const isBlue = choice < 0.6;
  const counter = isBlue ? blue : other;
  const black = random.uniform(2, 5.5);
  const ground = random.uniform(0.5, 1.5);
  const stray = random.uniform(0.02, 0.14);
  const nuclear = isBlue ? random.uniform(1.1, 2.4) : random.uniform(0.3, 1.3);
  return {
    hematoxylin: mix([blue, nuclear], [counter, 0.3 * ground]),
    cytoplasm: mix([counter, 0.5 * ground], [silver, stray * black]),
    membrane: mix([silver, black], [counter, 0.2 * ground]),
    collagen: mix([silver, random.uniform(0.12, 0.6) * black], [counter, 0.3 * ground]),
    protein: mix([counter, 0.5 * ground], [silver, random.uniform(0.04, 0.3) * black]),
    blood: mix([counter, 0.4 * ground], [silver, random.uniform(0.1, 0.4) * black], [HEMOGLOBIN, 0.3]),
  };
}
