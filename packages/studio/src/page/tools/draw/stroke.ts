/** The way of a brush while it is drawn. What lies behind is joined now and then, so that a long stroke stays as quick as a short one. */
import { union } from '../../../geometry/boolean.js';
import { brushStroke, ellipse } from '../../../geometry/drawn.js';
import { simplifyPolygons } from '../../../geometry/simplify.js';
import type { FlatPolygon } from '../../../protocol/objects.js';
import { type Dab, sweep } from './shapes.js';

/** Dabs that are reckoned anew with each new one. */
const MAX_LIVE_DABS = 32;
/** A step shorter than this share of the radius shows nothing. */
const MIN_STEP_SHARE = 0.1;
/** Screen pixels that the kept outline may be off the stroke. */
const TOLERANCE = 0.1;

function covered(dabs: readonly Dab[]): FlatPolygon[] {
  const [first] = dabs;
  if (first === undefined) return [];
  if (dabs.every(({ radius }) => radius === first.radius)) {
    return brushStroke(
      dabs.flatMap(({ x, y }) => [x, y]),
      first.radius,
    );
  }
  return union(
    dabs.slice(1).map((dab, i) => sweep(dabs[i] ?? dab, dab)),
    ellipse(first, first.radius, first.radius),
  );
}

export class Stroke {
  #done: FlatPolygon[] = [];
  #live: Dab[];
  #dabs = 1;

  constructor(first: Dab) {
    this.#live = [first];
  }

  /** @returns false if the dab is too near to the last one to show */
  add(dab: Dab): boolean {
    const last = this.#live.at(-1);
    if (last !== undefined) {
      const step = Math.hypot(dab.x - last.x, dab.y - last.y);
      if (Math.max(step, Math.abs(dab.radius - last.radius)) < MIN_STEP_SHARE * last.radius) return false;
    }
    if (this.#live.length >= MAX_LIVE_DABS) {
      this.#done = union(this.#done, covered(this.#live));
      this.#live = this.#live.slice(-1);
    }
    this.#live.push(dab);
    this.#dabs++;
    return true;
  }

  /** What is covered so far, for the screen: its parts overlap. */
  parts(): readonly FlatPolygon[] {
    return [...this.#done, ...covered(this.#live)];
  }

  /** What is covered, as one valid shape, with as few corners as show no difference. @param pixelsPerScreenPixel level-0 pixels */
  finished(pixelsPerScreenPixel: number): readonly FlatPolygon[] {
    const polygons = union(this.#done, covered(this.#live));
    return this.#dabs === 1 ? polygons : simplifyPolygons(polygons, TOLERANCE * pixelsPerScreenPixel);
  }
}
