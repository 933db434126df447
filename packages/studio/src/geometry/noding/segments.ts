/** Rings and lines as a list of segments with an index over them, so that those that meet are found without comparing all pairs. */
import Flatbush from 'flatbush';
import type { GridRing } from '../grid.js';

/** What a segment belongs to: a ring of the first shape or of the second, or a line that cuts. */
export const FIRST = 0;
export const SECOND = 1;
export const CUT = 2;
export type SegmentKind = typeof FIRST | typeof SECOND | typeof CUT;

export class Segments {
  /** ax, ay, bx, by of each, in the direction of its ring. */
  readonly ends: number[] = [];
  readonly kinds: SegmentKind[] = [];
  #index: Flatbush | undefined;

  get count(): number {
    return this.kinds.length;
  }

  add(ax: number, ay: number, bx: number, by: number, kind: SegmentKind): void {
    if (ax === bx && ay === by) return;
    this.ends.push(ax, ay, bx, by);
    this.kinds.push(kind);
  }

  addRing(ring: GridRing, kind: SegmentKind = FIRST): void {
    for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
      this.add(ring[before] ?? 0, ring[before + 1] ?? 0, ring[i] ?? 0, ring[i + 1] ?? 0, kind);
    }
  }

  addLine(line: GridRing): void {
    for (let i = 2; i < line.length; i += 2) {
      this.add(line[i - 2] ?? 0, line[i - 1] ?? 0, line[i] ?? 0, line[i + 1] ?? 0, CUT);
    }
  }

  /** @returns ax, ay, bx, by */
  at(segment: number): readonly [ax: number, ay: number, bx: number, by: number] {
    const e = this.ends;
    const i = 4 * segment;
    return [e[i] ?? 0, e[i + 1] ?? 0, e[i + 2] ?? 0, e[i + 3] ?? 0];
  }

  /** Segments whose boxes meet a box, edges included; no segment may be added afterwards. */
  within(left: number, top: number, right: number, bottom: number): number[] {
    if (this.count === 0) return [];
    this.#index ??= indexOf(this);
    return this.#index.search(left, top, right, bottom);
  }
}

function indexOf(segments: Segments): Flatbush {
  const index = new Flatbush(segments.count);
  for (let i = 0; i < segments.count; i++) {
    const [ax, ay, bx, by] = segments.at(i);
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  }
  index.finish();
  return index;
}
