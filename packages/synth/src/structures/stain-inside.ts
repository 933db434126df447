/** What glomeruli and vessels have in common: every pixel inside an outline is given new stain, blended at the outline's edge. */
import { type Matter, newMatter, thin, writeMatter } from '../ground/matter.js';
import { newProbe, type Outline, type Probe, probeOutline } from '../ground/outline.js';
import { cover, type Plate, pixelsAround } from '../ground/plate.js';

/** Concentrations of the two stains of PAS at a pixel, and what other stains bind to. */
export interface Stains {
  schiff: number;
  hematoxylin: number;
  /** Empty before every pixel. */
  readonly matter: Matter;
}

/** A pixel's centre in micrometres, and its signed distance to the outline, negative inside. */
export interface Place {
  x: number;
  y: number;
  distance: number;
}

/**
 * @param edge micrometres over which the outline's edge is blended
 * @param stain sets `stains` for a place; both are reused from pixel to pixel, as is the probe of the outline
 */
export function stainInside(
  plate: Plate,
  outline: Outline,
  edge: number,
  stain: (place: Readonly<Place>, probe: Readonly<Probe>, stains: Stains) => void,
): void {
  const mpp = plate.micronsPerPixel;
  const probe = newProbe();
  const place: Place = { x: 0, y: 0, distance: 0 };
  const stains: Stains = { schiff: 0, hematoxylin: 0, matter: newMatter() };
  const { schiff, hematoxylin, matter } = plate.buffers;
  const span = pixelsAround(plate, outline, outline.reach + 2);
  for (let row = span.y0; row < span.y1; row++) {
    place.y = (plate.y + row + 0.5) * mpp;
    for (let column = span.x0; column < span.x1; column++) {
      place.x = (plate.x + column + 0.5) * mpp;
      place.distance = probeOutline(outline, place.x, place.y, probe);
      const inside = cover(-place.distance, edge);
      if (inside === 0) continue;
      thin(stains.matter, 0);
      stain(place, probe, stains);
      const at = row * plate.width + column;
      schiff[at] = (schiff[at] as number) * (1 - inside) + stains.schiff * inside;
      hematoxylin[at] = (hematoxylin[at] as number) * (1 - inside) + stains.hematoxylin * inside;
      if (matter !== undefined) writeMatter(matter, at, stains.matter, inside);
    }
  }
}
