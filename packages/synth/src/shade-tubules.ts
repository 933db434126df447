/**
 * Stains tubules and what lies between them: basement membranes, cytoplasm, brush border, lumens, fibres, capillaries.
 */
import type { TubuleField } from './field.js';
import type { Layout } from './layout.js';
import { halfGap } from './nuclei.js';
import { cover, coverBand, type Plate } from './plate.js';
import type { Tubule } from './tubules.js';

/** Stains every pixel of the plate that no glomerulus or vessel covers. */
export function shadeTubules(plate: Plate, layout: Layout, tubules: readonly Tubule[], field: TubuleField): void {
  const { noise } = layout;
  const { micronsPerPixel: mpp } = plate;
  const pixel = Math.max(mpp, 0.5);
  // Grain finer than a pixel averages out.
  const grain = Math.min(1, 1.1 / mpp);
  for (let row = 0; row < plate.height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    for (let column = 0; column < plate.width; column++) {
      const at = row * plate.width + column;
      if ((plate.land[at] as number) < -2) continue;
      const x = (plate.x + column + 0.5) * mpp;
      const wobble = noise.at(x / 9 + 20, y / 9);
      const middle = noise.at(x / 4.3, y / 4.3 + 60);
      const fine = grain * noise.at(x / 1.5 + 33, y / 1.5);
      const depth = -(plate.wall[at] as number) - halfGap(layout, x, y) + 0.7 * wobble;

      // Interstitium: pale fibres, and a capillary where there is room.
      const fibre = noise.at(x / 14 + wobble, y / 5 + wobble);
      const room = -depth - 2.6 - 1.6 * noise.at(x / 16, y / 16 + 12);
      const capillary = cover(room, Math.max(pixel, 1)) * (1 - layout.infiltrate(x, y));
      let schiff = (0.2 + 0.09 * fibre + 0.08 * fine) * (1 - capillary) + 0.02 * capillary;
      let hematoxylin = (0.1 + 0.03 * middle) * (1 - capillary) + 0.01 * capillary;

      const tubule = tubules[field.owner[at] as number];
      if (tubule !== undefined && depth > -3) {
        const { look } = tubule;
        const inside = cover(depth, pixel);
        const centre = Math.max(0, (field.nearest[at] as number) + tubule.radius);
        const ragged = look.ragged * (0.55 * wobble + 0.6 * middle + 0.3 * fine);
        const lumen =
          tubule.lumen === 0 ? -4 - 2 * middle : tubule.lumen * (centre + Math.max(0, depth)) - centre + ragged;
        const open = cover(lumen, Math.max(pixel, look.brush > 0.2 ? 1.6 : 0.8));
        const apical = lumen > -14 ? 1 + lumen / 14 : 0;
        const pit = Math.max(0, noise.at(x / 2.6 + 71, y / 2.6) - 0.35) * grain * (look.brush > 0.2 ? 0.5 : 0.25);
        const grainy = 1 + 0.22 * middle + 0.42 * fine - pit;
        const brush = look.brush * coverBand(lumen, -2.6, 0.3, Math.max(pixel, 1.2)) * (0.7 + 0.3 * middle);
        const cytoplasm = look.schiff * tubule.schiff * grainy * (1.04 - 0.14 * apical) + brush;
        const basophil =
          look.hematoxylin * tubule.hematoxylin * (1 + 0.2 * middle + 0.2 * fine) * (1.25 - 0.5 * apical);
        const filled = tubule.filling * (1 + 0.1 * middle + 0.16 * fine);
        schiff += (cytoplasm * (1 - open) + filled * open - schiff) * inside;
        hematoxylin += (basophil * (1 - open) + 0.004 * open - hematoxylin) * inside;
        const membrane = coverBand(depth, -0.35, look.membrane * (1 + 0.35 * wobble) - 0.35, pixel);
        schiff += (0.9 - schiff) * membrane;
        hematoxylin += (0.14 - hematoxylin) * membrane;
      }
      plate.schiff[at] = schiff;
      plate.hematoxylin[at] = hematoxylin;
    }
  }
}
