/**
 * Stains tubules and what lies between them: basement membranes, cytoplasm, brush border, lumens, fibres, capillaries.
 */
import type { Layout } from '../ground/layout.js';
import { lay, newMatter, thin, thinPixel, writeMatter } from '../ground/matter.js';
import type { ValueNoise } from '../ground/noise.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import { halfGap } from '../structures/nuclei.js';
import type { Tubule } from './tubules.js';

/** Stains every pixel of the plate that no glomerulus or vessel covers. */
export function shadeTubules(plate: Plate, layout: Layout, tubules: readonly Tubule[]): void {
  const { noise } = layout;
  const buffers = plate.buffers;
  const { micronsPerPixel: mpp } = plate;
  const pixel = Math.max(mpp, 0.5);
  // Grain finer than a pixel averages out.
  const grain = Math.min(1, 1.1 / mpp);
  const { x: startX, width } = plate;
  const wobbles = new Float32Array(width);
  const middles = new Float32Array(width);
  const fines = new Float32Array(width);
  const pinches = new Float32Array(width);
  // PAS shows sugar and nuclei only, so that it need not know what else is there.
  const matter = buffers.matter === undefined ? undefined : newMatter();
  for (let row = 0; row < plate.height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    noise.row(wobbles, width, startX, mpp / 9, 20, y / 9);
    noise.row(middles, width, startX, mpp / 4.3, 0, y / 4.3 + 60);
    noise.row(fines, width, startX, mpp / 1.5, 33, y / 1.5);
    noise.row(pinches, width, startX, mpp / 27, 61, y / 27 + 14);
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (buffers.matter !== undefined) thinPixel(buffers.matter, at, 0);
      // Background stays empty; under glomeruli and vessels nothing shows.
      buffers.schiff[at] = 0;
      buffers.hematoxylin[at] = 0;
      if (buffers.tissue[at] === 0 || (buffers.land[at] as number) < -2 * pixel - 2) continue;
      const x = (startX + column + 0.5) * mpp;
      const wobble = wobbles[column] as number;
      const middle = middles[column] as number;
      const fine = grain * (fines[column] as number);
      const infiltrate = layout.infiltrate(x, y);
      const fibrosis = layout.fibrosis(x, y);
      const depth = -(buffers.wall[at] as number) - halfGap(layout, infiltrate, fibrosis) + 0.7 * wobble;

      let schiff = 0;
      let hematoxylin = 0;
      if (matter !== undefined) thin(matter, 0);
      if (depth < 2 * pixel) {
        // Interstitium: pale fibres, and a capillary where there is room.
        const fibre = fibrosis > 0.1 ? strand(noise, x, y, wobble) : noise.at(x / 14 + wobble, y / 5 + wobble);
        const room = Math.min(-depth - 2.6, 13 + depth) - 1.6 * noise.at(x / 16, y / 16 + 12);
        const capillary = cover(room, Math.max(pixel, 1)) * (1 - infiltrate) * (1 - Math.min(1, 4 * fibrosis));
        schiff = (0.2 + 0.09 * fibre + 0.08 * fine + 0.1 * fibrosis) * (1 - capillary) + 0.02 * capillary;
        hematoxylin = (0.1 + 0.03 * middle) * (1 - capillary) + 0.01 * capillary;
        if (matter !== undefined) {
          matter.collagen = (0.62 + 0.24 * fibre + 0.24 * fine + 0.15 * fibrosis) * (1 - capillary);
          matter.protein = 0.16 * capillary;
          matter.blood = 0.9 * capillary * cover(noise.at(x / 23 + 3, y / 23 + 41) - layout.bloodless, 0.3);
        }
      }

      const tubule = tubules[buffers.owner[at] as number];
      if (tubule !== undefined && depth > -3) {
        const { look } = tubule;
        const inside = cover(depth, pixel);
        const centre = Math.max(0, (buffers.nearest[at] as number) + tubule.radius);
        const ragged = look.ragged * (0.6 * wobble + 0.7 * middle + 0.35 * fine);
        const lumenShare = tubule.lumen + tubule.pinch * (pinches[column] as number);
        const lumen =
          tubule.lumen === 0 ? -4 - 2 * middle : lumenShare * (centre + Math.max(0, depth)) - centre + ragged;
        const open = cover(lumen, Math.max(pixel, look.brush > 0.2 ? 1.6 : 0.8));
        const apical = lumen > -14 ? 1 + lumen / 14 : 0;
        const pit = Math.max(0, noise.at(x / 2.6 + 71, y / 2.6) - 0.35) * grain * (look.brush > 0.2 ? 0.5 : 0.25);
        const grainy = 1 + 0.25 * middle + 0.5 * fine + 0.16 * wobble - pit;
        const brush = look.brush * coverBand(lumen, -2.6, 0.3, Math.max(pixel, 1.2)) * (0.7 + 0.3 * middle);
        const cytoplasm = look.schiff * tubule.schiff * grainy * (1.04 - 0.14 * apical) + brush;
        const basophil =
          look.hematoxylin * tubule.hematoxylin * (1 + 0.2 * middle + 0.2 * fine) * (1.25 - 0.5 * apical);
        const filled = tubule.filling * (1 + 0.1 * middle + 0.16 * fine);
        schiff += (cytoplasm * (1 - open) + filled * open - schiff) * inside;
        hematoxylin += (basophil * (1 - open) + 0.004 * open - hematoxylin) * inside;
        const membrane = coverBand(depth, -0.35, look.membrane * (1 + 0.35 * wobble) - 0.35, pixel);
        if (matter !== undefined) {
          const dense =
            layout.tubules.cytoplasm *
            look.cytoplasm *
            tubule.schiff *
            (1 + 0.7 * (grainy - 1)) *
            (1.05 - 0.2 * apical);
          lay(matter, 'cytoplasm', dense, inside);
          // Debris and swollen cells leave few lumens of proximal tubules clean.
          const clear = look.brush > 0.2 ? 1.15 - 0.5 * tubule.hematoxylin - 0.2 * wobble - 0.2 * middle : 1;
          thin(matter, 1 - open * inside * Math.max(0, Math.min(1, clear)));
          matter.protein += 1.5 * filled * open * inside;
          lay(matter, 'membrane', 0.95, membrane);
        }
        schiff += (0.9 - schiff) * membrane;
        hematoxylin += (0.14 - hematoxylin) * membrane;
      }
      buffers.schiff[at] = schiff;
      buffers.hematoxylin[at] = hematoxylin;
      if (matter !== undefined && buffers.matter !== undefined) writeMatter(buffers.matter, at, matter, 1);
    }
  }
}

/** Fibres of a scar, which turn from place to place. */
function strand(noise: ValueNoise, x: number, y: number, wobble: number): number {
  const angle = 3 * noise.at(x / 210 + 13, y / 210 + 29);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = x * cos + y * sin;
  const across = y * cos - x * sin;
  return noise.at(along / 24 + 0.6 * wobble, across / 3.6 + 0.8 * wobble) * 1.5;
}
