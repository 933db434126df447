/** Anatomical regions (cortex, medulla, ...) of a slide: placed, reported and refused as drawn objects are. */
import { FtuError, type RunMask } from '@ftuseg/core';
import { withLocalCopy } from '@ftuseg/files';
import type { ClassMap } from '../classes/classes.js';
import { openSlide } from '../open-slide.node.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';
import { regionName, withoutRegions } from './annotations.node.js';
import type { AnnotatedSlide } from './formats/format.js';
import { findFormat } from './formats/registry.node.js';
import { placeShapes } from './placing/place-shapes.js';
import type { Shape } from './placing/shape.js';
import { formatTruths } from './report/format-report.js';
import type { TruthReport } from './report/report.js';
import { annotatedRow } from './source.js';

export interface PlacedRegions {
  /** Regions in small letters, in the order of the file. */
  readonly names: readonly string[];
  /** Label k is region k - 1; 0 is none. Level-0 pixels. */
  readonly labels: RunMask;
  readonly report: TruthReport;
}

/** Kinds of regions that a file may have. */
const MOST = 127;

/** Each spelling of a region's name is that region. */
function mapOf(shapes: readonly Shape[], path: string): ClassMap {
  const spellings = new Set(shapes.flatMap((shape) => (shape.polygons.length === 0 ? [] : (regionName(shape) ?? []))));
  const names = [...new Set([...spellings].map((name) => name.toLowerCase()))];
  if (names.length === 0) throw withoutRegions(path);
  if (names.length > MOST) {
    throw new SlideError('bad-input', `${names.length} kinds of regions are more than ${MOST}`, { subject: path });
  }
  const rulesOf = (name: string) =>
    [...spellings].filter((text) => text.toLowerCase() === name).map((text) => ({ kind: 'exact' as const, text }));
  return { names, values: undefined, objects: names.map(rulesOf) };
}

/**
 * The regions of a file as labels of its slide; where regions overlap the last one counts.
 *
 * @throws FtuError `not-found`, `io`; SlideError as `readAnnotationLabels`, and for a file in which no polygon has a class
 * @example
 * const { names, labels } = await readRegionLabels('a-anatomical-structure.json', { id: 'a', image: 'a.tiff', width, height });
 */
export async function readRegionLabels(path: string, slide: AnnotatedSlide): Promise<PlacedRegions> {
  return withLocalCopy(path, async (local) => {
    const format = await findFormat(local);
    const shapes: Shape[] = [];
    for await (const shape of format.read(local, slide)) shapes.push(shape);
    const map = mapOf(shapes, path);
    const { names } = map;
    const { labels, table, report } = await placeShapes(shapes, slide, map, format, path);
    const numbers = Array.from({ length: 256 }, (_, label) => {
      return 1 + names.findIndex((__, c) => table.member[label * names.length + c] === 1);
    });
    return { names, labels: { ...labels, labels: labels.labels.map((label) => numbers[label] ?? 0) }, report };
  });
}

/**
 * Reads the regions of every row of a table, before hours of work depend on them.
 *
 * @returns in sentences what was used and what was left out; none where no row has regions
 * @throws as `readRegionLabels` and `openSlide`; FtuError `cancelled`
 */
export async function checkRegions(rows: readonly SlideRow[], signal?: AbortSignal): Promise<string[]> {
  const reports: (TruthReport & { readonly id: string })[] = [];
  const all = new Set<string>();
  for (const row of rows) {
    const { id, image, anatomy } = row;
    if (anatomy === undefined) continue;
    if (signal?.aborted) throw new FtuError('cancelled', 'reading regions was interrupted');
    const slide = await openSlide(image);
    await slide.close();
    const { width, height } = slide;
    const { names, report } = await readRegionLabels(anatomy, { ...annotatedRow(row), width, height });
    for (const name of names) all.add(name);
    reports.push({ id, ...report });
  }
  const map: ClassMap = { names: [...all], values: undefined, objects: [] };
  return formatTruths(reports, map, 'regions');
}
