/**
 * The objects of a file of annotations as labels of a slide: each goes where the class map says, or is left out and counted. Nothing between a file and
 * the labels decides anything but this.
 */
import { type Ring, type RunMask, subtractRuns } from '@ftuseg/core';
import type { ClassMap, ClassTable } from '../../classes/classes.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from '../formats/format.js';
import { diameterOf, isGlomerulus } from '../report/glomerulus-size.js';
import { cutOutOf, type ReportBuilder, type TruthReport } from '../report/report.js';
import { type PaintedPolygon, paintLayers, unknownOf } from './areas.js';
import { LabelSets } from './label-sets.js';
import { crossesItself } from './self-crossing.js';
import type { Shape } from './shape.js';
import { type Box, type Placed, refuseOtherScale, Sorter } from './sort-shapes.js';
import { targetOf } from './targets.js';
import { isOutside, refuseWithoutPixels, whyNothingIsLeft } from './what-is-left.js';

export interface PlacedShapes {
  /** Labels below 128; `table` says what they are: classes, or background that was drawn. */
  readonly labels: RunMask;
  /** Label 1 where nothing is known. */
  readonly unknown: RunMask | undefined;
  readonly table: ClassTable;
  readonly report: TruthReport;
  /** Diameters of the glomeruli that count and that the slide's border does not cut, pixels. */
  readonly glomeruli: readonly number[];
}

const isOpen = (ring: Ring): boolean => ring[0] !== ring.at(-2) || ring[1] !== ring.at(-1);

/** No pixel centre is lost to a border that is passed by less than half a pixel. */
const isClipped = ({ left, right, top, bottom }: Box, { width, height }: AnnotatedSlide): boolean =>
  left < -0.5 || top < -0.5 || right > width + 0.5 || bottom > height + 0.5;

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
  if (shape.drawnOn !== undefined) report.drawnOn(shape.drawnOn);
}

const targetNames = ({ shape, target: { classes, area } }: Placed, { names }: ClassMap): string[] => {
  const own = area === undefined ? classes.map((c) => names[c] ?? '') : [area];
  return shape.negative === true ? own.map(cutOutOf) : own;
};

/** Background is painted as objects are: where they overlap the last one counts. */
const isObject = ({ target: { area } }: Placed): boolean => area === undefined || area === 'background';

const isSized = ({ target: { area }, shape: { negative } }: Placed): boolean => area === undefined && negative !== true;

/** @returns undefined where there is no such area */
function paintArea(
  placed: readonly Placed[],
  kind: 'annotated' | 'ignore',
  slide: AnnotatedSlide,
): RunMask | undefined {
  const own = placed.filter(({ target }) => target.area === kind);
  return own.length === 0 ? undefined : paint(own, () => 1, slide);
}

function paint(placed: readonly Placed[], labelOf: (one: Placed) => number, slide: AnnotatedSlide): RunMask {
  const list: PaintedPolygon[] = [];
  for (const one of placed) {
    const { negative, layer = 0 } = one.shape;
    const label = negative === true ? 0 : labelOf(one);
    for (const rings of one.polygons) list.push({ label, rings, layer });
  }
  return paintLayers(list, slide.width, slide.height);
}

/** Paints areas and objects, and says of each why nothing is left of it; undefined: something is. */
function paintAll(placed: readonly Placed[], slide: AnnotatedSlide, subject: string) {
  const annotated = paintArea(placed, 'annotated', slide);
  const ignored = paintArea(placed, 'ignore', slide);
  const unknown = unknownOf(ignored, annotated);
  const outside = new Set(
    annotated === undefined ? [] : placed.filter((one) => isObject(one) && isOutside(one, annotated)),
  );
  const sets = new LabelSets();
  const labelOf = ({ target }: Placed): number => sets.labelOf(target.classes, subject);
  const labels = paint(
    placed.filter((one) => isObject(one) && !outside.has(one)),
    labelOf,
    slide,
  );
  const known = unknown === undefined ? labels : subtractRuns(labels, unknown);
  const painted = { labels, known, hasIgnored: ignored !== undefined, sets };
  const why = placed.map((one) => {
    if (outside.has(one)) return 'outside annotated areas';
    const label = isObject(one) && one.shape.negative !== true ? labelOf(one) : undefined;
    return whyNothingIsLeft(one, label, painted);
  });
  return { labels, unknown, annotated, sets, why };
}

/** @throws SlideError `bad-input` for outlines of which none has a class, unless the class map says what those are */
function refuseNameless(areas: number, named: number, classes: ClassMap, subject: string): void {
  if (areas === 0 || named > 0 || targetOf(classes, undefined) !== undefined) return;
  throw new SlideError(
    'bad-input',
    areas === 1 ? 'its outline has no class' : `none of its ${areas} outlines has a class`,
    { subject, hint: 'give them one, or say what they are: --classes "glomerulus=unclassified"' },
  );
}

/**
 * @param format whose shapes they are
 * @param subject the file, for error messages
 * @throws SlideError `bad-input` where every object that is mapped lies beyond the slide or none has a pixel, and where there are objects and none has a class,
 *   unless the map says what those are
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
  refuseNameless(areas, named, classes, subject);
  refuseOtherScale(sorter, slide, subject);
  const { report, placed } = sorter;
  const { labels, unknown, annotated, sets, why } = paintAll(placed, slide, subject);
  refuseWithoutPixels(why, subject);
  const glomeruli: number[] = [];
  for (const [i, one] of placed.entries()) {
    const reason = why[i];
    if (reason !== undefined) {
      report.leaveOut(reason, one.shape.name);
      continue;
    }
    const names = targetNames(one, classes);
    report.use(one.shape.name, names);
    if (isSized(one) && !isClipped(one.box, slide) && isGlomerulus(one.shape.name, names)) {
      glomeruli.push(diameterOf(one.polygons));
    }
    remarkOn(one, report, slide, format.closed);
  }
  return {
    labels,
    unknown,
    table: sets.table(classes.names.length, unknown !== undefined),
    report: report.finish(format.name, annotated !== undefined),
    glomeruli,
  };
}
