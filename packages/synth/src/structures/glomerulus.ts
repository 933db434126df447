/**
 * A glomerulus: Bowman's capsule, Bowman's space, and a lobulated tuft of capillary loops and mesangium full of nuclei.
 */
import type { Landmark } from '../ground/landmarks.js';
import { lay, thin } from '../ground/matter.js';
import { hashCell, hashUnit, type ValueNoise } from '../ground/noise.js';
import { cover, coverBand, type Plate } from '../ground/plate.js';
import { stainInside } from './stain-inside.js';
import { drawTuft, newTuftProbe, probeTuft } from './tuft.js';

const LOOP_PITCH = 11.5;

/** Stains the glomerulus into the plate; the capsule's outer edge is the outline. */
export function shadeGlomerulus(plate: Plate, noise: ValueNoise, mark: Landmark): void {
  const { outline } = mark;
  const tuft = drawTuft(mark);
  const { micronsPerPixel: mpp } = plate;
  const pixel = Math.max(mpp, 0.5);
  const grain = Math.min(1, 1.1 / mpp);
  const inner = newTuftProbe();
  const where = { outline, tuft, noise };
  const loop: Loop = { border: 0, id: 0 };
  stainInside(plate, outline, pixel, ({ x, y, distance }, probe, stains) => {
    const wobble = noise.at(x / 9 + 3, y / 9 + 44);
    const middle = noise.at(x / 4.3, y / 4.3 + 60);
    const fine = grain * noise.at(x / 1.5 + 33, y / 1.5);
    probeTuft(where, probe, x, y, inner);

    // Bowman's space: nearly empty.
    let schiff = 0.025 + 0.02 * Math.max(0, middle);
    let hematoxylin = 0.012;
    const { matter } = stains;
    matter.protein = tuft.filtrate * (1 + 0.5 * middle);
    if (tuft.crescent) {
      // Cells of a crescent, thickest away from the pole.
      const cells = cover(inner.distance - 3 - 2 * wobble, 3) * cover(18 * (0.35 - inner.towardsPole), 6);
      schiff += (0.27 * (1 + 0.3 * middle + 0.4 * fine) - schiff) * cells;
      hematoxylin += (0.2 - hematoxylin) * cells;
      lay(matter, 'cytoplasm', 0.6 * (1 + 0.3 * middle + 0.3 * fine), cells);
    }
    const slit = inner.cleft - 0.9 - 2.2 * noise.at(x / 21 + 8, y / 21 + 2);
    const flesh = Math.min(-inner.distance, inner.distance > -26 ? slit * 1.2 : 99);
    const body = cover(flesh, Math.max(pixel, 0.8));
    if (body > 0) {
      probeLoop(mark.seed, x + 5.5 * wobble + 1.6 * middle, y + 5.5 * noise.at(x / 9 + 55, y / 9 + 9), loop);
      const kind = hashUnit(loop.id, 1, 0);
      const wall = 0.7 + 2.3 * hashUnit(loop.id, 2, 0) ** 2;
      const depth = Math.min(loop.border - wall, flesh - 1.2);
      const lumen = cover(depth, Math.max(pixel, 0.7));
      const membrane = coverBand(depth, -1.5, 0, pixel);
      const rim = coverBand(flesh, 0, 1.1, pixel);
      const core = kind < tuft.open ? 0.08 : kind < tuft.open + 0.1 ? 0.5 : 0.28;
      const stalk = (0.44 + 0.12 * middle + 0.16 * fine) * tuft.mesangium;
      let tone = stalk + (core * (1 + 0.3 * fine) - stalk) * lumen;
      tone += (0.86 - tone) * Math.max(membrane, rim) * 0.85;
      const blue = 0.16 + 0.05 * middle + (kind < tuft.open ? -0.12 : 0.06) * lumen;
      schiff += (tone - schiff) * body;
      hematoxylin += (blue - hematoxylin) * body;
      lay(matter, 'cytoplasm', 0.5 * (1 + 0.3 * middle + 0.4 * fine), body);
      matter.membrane += 0.34 * tuft.mesangium * (1 + 0.3 * middle) * body;
      thin(matter, 1 - tuft.clear * lumen * body);
      if (kind >= tuft.open) matter.cytoplasm += 0.42 * (1 + 0.3 * fine) * lumen * body;
      else if (hashUnit(loop.id, 3, 0) < tuft.blood) matter.blood += 0.6 * (1 + 0.5 * fine) * lumen * body;
      lay(matter, 'membrane', 1, Math.max(membrane, rim) * 0.85 * body);
      if (inner.lobe > 0 && inner.lobe <= tuft.scarred) {
        // A segment whose loops are closed by matrix and hyaline.
        const solid = body * cover(-inner.distance, 4);
        schiff += (0.62 * (1 + 0.2 * middle + 0.2 * fine) - schiff) * 0.85 * solid;
        lay(matter, 'membrane', 0.45 * (1 + 0.2 * middle), 0.85 * solid);
        matter.collagen += 0.5 * (1 + 0.3 * fine) * solid;
      }
    }
    const capsule = coverBand(-distance, -0.5, tuft.capsule * (1 + 0.3 * wobble), pixel);
    schiff += (0.92 - schiff) * capsule;
    hematoxylin += (0.16 - hematoxylin) * capsule;
    lay(stains.matter, 'membrane', 0.9, capsule);
    stains.schiff = schiff;
    stains.hematoxylin = hematoxylin;
  });
}

interface Loop {
  /** Distance to the border between two capillary loops in micrometres. */
  border: number;
  id: number;
}

/** Cellular noise (Worley 1996): nearest and second nearest of jittered points. */
function probeLoop(seed: number, x: number, y: number, out: Loop): void {
  const px = x / LOOP_PITCH;
  const py = y / LOOP_PITCH;
  const column = Math.floor(px);
  const line = Math.floor(py);
  let first = 99;
  let second = 99;
  for (let j = line - 1; j <= line + 1; j++) {
    for (let i = column - 1; i <= column + 1; i++) {
      const id = hashCell(seed, i, j);
      const dx = i + 0.1 + 0.8 * ((id & 0xffff) / 65536) - px;
      const dy = j + 0.1 + 0.8 * ((id >>> 16) / 65536) - py;
      const squared = dx * dx + dy * dy;
      if (squared < first) {
        second = first;
        first = squared;
        out.id = id;
      } else if (squared < second) {
        second = squared;
      }
    }
  }
  out.border = ((Math.sqrt(second) - Math.sqrt(first)) * LOOP_PITCH) / 2;
}
