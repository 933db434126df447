/** Shapes as pixels, one for each cell of the grid: a second opinion about every operation on polygons, by other means. */
import { type LabelledRings, paintRuns, runsOfPolygons } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../../src/protocol/objects.js';

/** Cells of a side; shapes lie within. */
export class Masks {
  constructor(readonly side: number) {}

  /** By core's even-odd filling, polygon after polygon. */
  of(polygons: readonly FlatPolygon[]): Uint8Array {
    const labelled = polygons.map(
      (rings): LabelledRings => ({
        label: 1,
        rings: rings.map((ring) => Float64Array.from(ring, (value) => value * COORDINATE_STEPS)),
      }),
    );
    const mask = runsOfPolygons(labelled, this.side, this.side);
    return paintRuns(mask, { x: 0, y: 0, width: this.side, height: this.side }).data;
  }

  /** What a ring goes around, by its winding number along every column of cells. */
  ofWinding(ring: FlatRing): Uint8Array {
    const out = new Uint8Array(this.side ** 2);
    const crossings: [y: number, turn: number][][] = Array.from({ length: this.side }, () => []);
    for (let i = 0; i < ring.length; i += 2) {
      const [ax, ay, bx, by] = [0, 1, 2, 3].map((k) => (ring[(i + k) % ring.length] ?? 0) * COORDINATE_STEPS);
      if (ax === undefined || ay === undefined || bx === undefined || by === undefined) continue;
      for (let x = Math.ceil(Math.min(ax, bx) - 0.5); x + 0.5 < Math.max(ax, bx); x++) {
        crossings[x]?.push([ay + ((x + 0.5 - ax) / (bx - ax)) * (by - ay), Math.sign(bx - ax)]);
      }
    }
    for (const [x, list] of crossings.entries()) {
      list.sort(([p], [q]) => p - q);
      let winding = 0;
      for (const [i, [y, turn]] of list.entries()) {
        winding += turn;
        const end = list[i + 1]?.[0] ?? y;
        if (winding === 0) continue;
        for (let cell = Math.ceil(y - 0.5); cell + 0.5 < end; cell++) out[cell * this.side + x] = 1;
      }
    }
    return out;
  }

  combine(a: Uint8Array, b: Uint8Array, rule: (a: number, b: number) => boolean): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(a.length);
    for (let i = 0; i < a.length; i++) out[i] = rule(a[i] ?? 0, b[i] ?? 0) ? 1 : 0;
    return out;
  }

  /** Whether two masks differ nowhere in a whole square of 3 x 3 cells: borders may be rounded, nothing more. */
  agree(a: Uint8Array, b: Uint8Array): boolean {
    const { side } = this;
    const across = new Uint8Array(a.length);
    for (let i = 1; i + 1 < a.length; i++) {
      across[i] = a[i - 1] !== b[i - 1] && a[i] !== b[i] && a[i + 1] !== b[i + 1] ? 1 : 0;
    }
    for (let i = side; i + side < a.length; i++) {
      if (across[i - side] === 1 && across[i] === 1 && across[i + side] === 1) return false;
    }
    return true;
  }
}

/** Square pixels of a mask. */
export const maskArea = (mask: Uint8Array): number => {
  let sum = 0;
  for (const value of mask) sum += value;
  return sum / COORDINATE_STEPS ** 2;
};

/**
 * Square pixels by which the area of polygons and that of their cells may differ: half a cell for each that a border passes, and one step along every
 * side for what is rounded.
 */
export function areaBound(...shapes: readonly (readonly FlatPolygon[])[]): number {
  let cells = 0;
  for (const ring of shapes.flat(2)) {
    for (let i = 0; i < ring.length; i += 2) {
      const dx = (ring[(i + 2) % ring.length] ?? 0) - (ring[i] ?? 0);
      const dy = (ring[(i + 3) % ring.length] ?? 0) - (ring[i + 1] ?? 0);
      cells += (Math.abs(dx) + Math.abs(dy)) * COORDINATE_STEPS + 2;
    }
  }
  return cells / COORDINATE_STEPS ** 2;
}
