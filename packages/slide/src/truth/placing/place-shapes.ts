/**
 * The objects of a file of annotations as labels of a slide: each goes where the class map says, or is left out and counted. Nothing between a file and
 * the labels decides anything but this.
 */
import type { Ring, RunMask } from '@ftuseg/core';
import type { ClassMap, ClassTable } from '../../classes/classes.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from '../formats/format.js';
import { cutOutOf, type LeftOutReason, ReportBuilder, type TruthReport } from '../report/report.js';
import { type PaintedPolygon, paintLayers, unknownOf } from './areas.js';
import { crossesItself } from './self-crossing.js';
import type { Shape } from './shape.js';
import { type Target, targetOf } from './targets.js';

/** Set in a label of drawn objects where nothing is known; the other bits say the classes. */
export const UNKNOWN_BIT = 128;

export interface PlacedShapes {
  /** Labels below 128; `table` says what they are. */
  readonly labels: RunMask;
  /** Label 1 where nothing is known. */
  readonly unknown: RunMask | undefined;
  readonly table: ClassTable;
  readonly report: TruthReport;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Placed {
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

const isOpen = (ring: Ring): boolean => ring[0] !== ring.at(-2) || ring[1] !== ring.at(-1);

const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** No pixel centre is lost to a border that is passed by less than half a pixel. */
const isClipped = ({ left, right, top, bottom }: Box, { width, height }: AnnotatedSlide): boolean =>
  left < -0.5 || top < -0.5 || right > width + 0.5 || bottom > height + 0.5;

/** Labels for sets of classes: objects may belong to several. */
class Labels {
  readonly #labels = new Map<string, { label: number; classes: readonly number[] }>();

  labelOf(classes: readonly number[], subject: string): number {
    const key = classes.join();
    const found = this.#labels.get(key);
    if (found !== undefined) return found.label;
    const label = this.#labels.size + 1;
    if (label >= UNKNOWN_BIT) {
      throw new SlideError('unsupported', 'objects belong to more than 127 combinations of classes', { subject });
    }
    this.#labels.set(key, { label, classes });
    return label;
  }

  table(count: number, hasUnknown: boolean): ClassTable {
    const member = new Uint8Array(256 * count);
    for (const { label, classes } of this.#labels.values()) {
      for (const c of classes) {
        member[label * count + c] = 1;
        member[(label + UNKNOWN_BIT) * count + c] = 1;
      }
    }
    const unknown = Uint8Array.from({ length: 256 }, (_, value) => (value >= UNKNOWN_BIT ? 1 : 0));
    return { member, ...(hasUnknown && { unknown }), check: () => undefined };
  }
}

/** Sorts the objects of a file into those that count and those that do not. */
class Sorter {
  readonly report = new ReportBuilder();
  readonly placed: Placed[] = [];
  readonly #targets = new Map<string | undefined, Target | undefined>();
  /** Of objects that are mapped and have an area: all, and those beyond the slide. */
  mapped = 0;
  beyond = 0;
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

function refuseAllBeyond(
  { mapped, beyond, farthest }: Sorter,
  { width, height }: AnnotatedSlide,
  subject: string,
): void {
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

/** Says what was done to an outline that is used. */
function remarkOn(
  { shape, polygons, box }: Placed,
  report: ReportBuilder,
  slide: AnnotatedSlide,
  closed: boolean,
): void {
  if (isClipped(box, slide)) report.remark('clipped');
  if (polygons.some((rings) => rings.some(crossesItself))) report.remark('repaired');
  if (closed && polygons.some((rings) => rings.some((ring) => ring.length > 0 && isOpen(ring))))
    report.remark('closed');
  if (shape.collection === true) report.remark('collections');
}

const targetNames = ({ shape, target: { classes, area } }: Placed, { names }: ClassMap): string[] => {
  const own = area === undefined ? classes.map((c) => names[c] ?? '') : [area];
  return shape.negative === true ? own.map(cutOutOf) : own;
};

/**
 * @param format whose shapes they are
 * @param subject the file, for error messages
 * @throws SlideError `bad-input` where every object that is mapped lies beyond the slide, and where there are objects and none has a class, unless the
 *   map says what those are
 * @example
 * const { labels, report } = await placeShapes(shapes, slide, parseClasses('glomerulus=Glomerulus,Glom'), geoJson, path);
 */
export async function placeShapes(
  shapes: AsyncIterable<Shape> | Iterable<Shape>,
  slide: AnnotatedSlide,
  classes: ClassMap,
  format: { readonly name: string; readonly closed: boolean },
  subject: string,
): Promise<PlacedShapes> {
  const sorter = new Sorter(classes, slide);
  let [areas, named] = [0, 0];
  for await (const shape of shapes) {
    if (shape.withoutArea === undefined) areas++;
    if (shape.withoutArea === undefined && shape.name !== undefined) named++;
    sorter.add(shape);
  }
  const { report, placed } = sorter;
  if (areas > 0 && named === 0 && targetOf(classes, undefined) === undefined) {
    throw new SlideError(
      'bad-input',
      areas === 1 ? 'its outline has no class' : `none of its ${areas} outlines has a class`,
      {
        subject,
        hint: 'give them one, or say what they are: --classes "glomerulus=unclassified"',
      },
    );
  }
  refuseAllBeyond(sorter, slide, subject);
  const { width, height } = slide;
  const annotatedBoxes = placed.flatMap(({ target, shape, box }) =>
    target.area === 'annotated' && shape.negative !== true ? [box] : [],
  );
  const labels = new Labels();
  const objects: PaintedPolygon[] = [];
  const paintedAreas: Record<'annotated' | 'ignore', PaintedPolygon[]> = { annotated: [], ignore: [] };
  for (const one of placed) {
    const { shape, target, polygons, box } = one;
    const { area } = target;
    if (area === undefined && annotatedBoxes.length > 0 && !annotatedBoxes.some((known) => meets(known, box))) {
      report.leaveOut('outside annotated areas', shape.name);
      continue;
    }
    report.use(shape.name, targetNames(one, classes));
    remarkOn(one, report, slide, format.closed);
    if (area === 'background') continue;
    const label = shape.negative === true ? 0 : area === undefined ? labels.labelOf(target.classes, subject) : 1;
    const list = area === undefined ? objects : paintedAreas[area];
    for (const rings of polygons) list.push({ label, rings, layer: shape.layer ?? 0 });
  }
  const paint = (list: readonly PaintedPolygon[]): RunMask | undefined =>
    list.length === 0 ? undefined : paintLayers(list, width, height);
  const unknown = unknownOf(paint(paintedAreas.ignore), paint(paintedAreas.annotated));
  return {
    labels: paintLayers(objects, width, height),
    unknown,
    table: labels.table(classes.names.length, unknown !== undefined),
    report: report.finish(format.name, annotatedBoxes.length > 0),
  };
}
