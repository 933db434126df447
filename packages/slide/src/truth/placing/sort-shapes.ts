/** Which objects of a file are mapped and lie on the slide, and why the others are left out, before anything is painted. */
import type { Ring } from '@ftuseg/core';
import type { ClassMap } from '../../classes/classes.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from '../formats/format.js';
import { type LeftOutReason, ReportBuilder } from '../report/report.js';
import type { Shape } from './shape.js';
import { type Target, targetOf } from './targets.js';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An object that counts, unless nothing of it is left once all are painted. */
export interface Placed {
  readonly shape: Shape;
  readonly target: Target;
  readonly polygons: readonly (readonly Ring[])[];
  readonly box: Box;
}

function boxOf(polygons: readonly (readonly Ring[])[]): Box {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  // A hole outside its outline is filled by the even-odd rule as well.
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i] as number);
      right = Math.max(right, ring[i] as number);
      top = Math.min(top, ring[i + 1] as number);
      bottom = Math.max(bottom, ring[i + 1] as number);
    }
  }
  return { left, right, top, bottom };
}

/** Whether a ring has three corners that differ. */
function hasArea(ring: Ring | undefined): boolean {
  const corners = new Set<string>();
  for (let i = 0; ring !== undefined && i < ring.length && corners.size < 3; i += 2)
    corners.add(`${ring[i]},${ring[i + 1]}`);
  return corners.size >= 3;
}

const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Sorts the objects of a file into those that count and those that do not. */
export class Sorter {
  readonly report = new ReportBuilder();
  readonly placed: Placed[] = [];
  readonly #targets = new Map<string | undefined, Target | undefined>();
  /** Of objects that are mapped and have an area: all, and those beyond the slide. */
  mapped = 0;
  beyond = 0;
  /** Whether every one of them lies in the first pixel. */
  inFirstPixel = true;
  /** How far they reach. */
  farthest = { x: 0, y: 0 };

  constructor(
    private readonly classes: ClassMap,
    private readonly slide: AnnotatedSlide,
  ) {}

  add(shape: Shape): void {
    const why = this.#place(shape);
    if (why !== undefined) this.report.leaveOut(why, shape.name);
  }

  /** @returns why the object is left out */
  #place(shape: Shape): LeftOutReason | undefined {
    const { name, withoutArea } = shape;
    if (withoutArea !== undefined) return withoutArea;
    const target = this.#targetOf(name) ?? this.#inheritedTarget(shape);
    if (target === undefined) return name === undefined ? 'unclassified' : 'class';
    const polygons = shape.polygons.filter(([outer]) => hasArea(outer));
    if (polygons.length === 0) return 'fewer than 3 points';
    const box = boxOf(polygons);
    const { width, height } = this.slide;
    this.mapped++;
    this.inFirstPixel &&= box.left >= 0 && box.top >= 0 && box.right <= 1 && box.bottom <= 1;
    if (!meets(box, { left: 0, top: 0, right: width, bottom: height })) {
      this.beyond++;
      this.farthest = { x: Math.max(this.farthest.x, box.right), y: Math.max(this.farthest.y, box.bottom) };
      return 'beyond the slide';
    }
    this.placed.push({ shape, target, polygons, box });
    return undefined;
  }

  #inheritedTarget({ inherits = [] }: Shape): Target | undefined {
    for (const name of inherits) {
      const target = this.#targetOf(name);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  #targetOf(name: string | undefined): Target | undefined {
    if (!this.#targets.has(name)) this.#targets.set(name, targetOf(this.classes, name));
    return this.#targets.get(name);
  }
}

/** @throws SlideError `bad-input` where every object that is mapped lies beyond the slide, or within its first pixel */
export function refuseOtherScale(
  { mapped, beyond, inFirstPixel, farthest }: Sorter,
  { width, height }: AnnotatedSlide,
  subject: string,
): void {
  if (mapped > 0 && inFirstPixel) {
    throw new SlideError(
      'bad-input',
      `${mapped === 1 ? 'its object has' : `all of its ${mapped} objects have`} coordinates from 0 to 1, as fractions of the slide`,
      { subject, hint: 'multiply them by its width and height: coordinates are pixels of level 0' },
    );
  }
  if (mapped === 0 || beyond < mapped) return;
  const reach = `coordinates reach to x ${Math.round(farthest.x)}, y ${Math.round(farthest.y)}`;
  throw new SlideError(
    'bad-input',
    `${mapped === 1 ? 'its object lies' : `all of its ${mapped} objects lie`} beyond the slide of ${width} x ${height} pixels; ${reach}`,
    {
      subject,
      hint: 'the file belongs to another slide, or was drawn at another scale: coordinates are pixels of level 0',
    },
  );
}
