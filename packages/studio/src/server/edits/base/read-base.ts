/** Reads the objects of a prediction's GeoJSON, or of a slide's truth in whatever form the slide table has it. */
import { counted, createRowRunEncoder, FtuError, objectsOf, outlinesOf, type RunMask } from '@ftuseg/core';
import { localCopy } from '@ftuseg/files';
import {
  annotatedRow,
  cutShapes,
  findFormat,
  openTruth,
  type ReadGeoJsonOptions,
  readGeoJson,
  type Shape,
  type SlideRow,
  unstatedOrigin,
} from '@ftuseg/slide';
import type { BaseReport } from '../../../edits/valid-polygons.js';
import type { StudioSlide } from '../../context.js';
import type { RawObject } from './base-objects.js';
import type { BaseSource } from './base-source.js';

/** Of label images and run-length codes, which name none: what foreground of one value means. */
const FOREGROUND = 'glomerulus';
/** Rows of a label image that are read at one time. */
const BAND_ROWS = 256;

/**
 * @param report is told what was assumed
 * @throws FtuError `not-found`, `io`; SlideError for a damaged file
 */
export async function* rawObjects(
  { kind, path }: BaseSource,
  slide: StudioSlide,
  report: BaseReport,
): AsyncGenerator<RawObject> {
  if (kind === 'nothing') return;
  if (kind === 'prediction' && path !== undefined) return yield* geoJsonObjects(path);
  const { row } = slide;
  if (row.annotations === undefined) return yield* labelObjects(row, await sizeOf(slide), report);
  const local = await localCopy(row.annotations);
  const format = await findFormat(local);
  if (format.name === 'GeoJSON') {
    return yield* geoJsonObjects(local, { unstatedOrigin: () => unstatedOrigin(annotatedRow(row), local) });
  }
  const size = await sizeOf(slide);
  const shapes: Shape[] = [];
  for await (const shape of format.read(local, { ...annotatedRow(row), ...size })) shapes.push(shape);
  const { shapes: objects, cut } = cutShapes(shapes);
  if (cut > 0) report.remarks.push(`negative regions are cut out of ${counted(cut, 'object')}`);
  yield* objects;
}

export async function* geoJsonObjects(path: string, options?: ReadGeoJsonOptions): AsyncGenerator<RawObject> {
  for await (const { id, name, polygons, measurements } of readGeoJson(path, options)) {
    yield { id, name, polygons: polygons.map(({ rings }) => rings), measurements };
  }
}

async function sizeOf(slide: StudioSlide): Promise<{ readonly width: number; readonly height: number }> {
  const size = await slide.size();
  if (size !== undefined) return size;
  throw new FtuError('unavailable', 'the slide cannot be opened, and its truth is read by its size');
}

/** The connected pieces of a label image or a run-length code. Nothing says what several values mean, so that each is a class of its own. */
async function* labelObjects(
  row: SlideRow,
  size: { readonly width: number; readonly height: number },
  report: BaseReport,
): AsyncGenerator<RawObject> {
  const truth = await openTruth(row, size);
  let mask: RunMask;
  try {
    if (truth.runs === undefined) {
      const encoder = createRowRunEncoder(size.width, size.height);
      for (let top = 0; top < size.height; top += BAND_ROWS) {
        encoder.push(await truth.read(top, Math.min(BAND_ROWS, size.height - top)));
      }
      mask = encoder.finish();
    } else mask = truth.runs.labels;
  } finally {
    await truth.close();
  }
  const labels = [...new Set(mask.labels)].sort((a, b) => a - b);
  const nameOf = (label: number): string => (labels.length === 1 ? FOREGROUND : `label ${label}`);
  const found = objectsOf(mask);
  for (const [i, polygons] of outlinesOf(mask, found).entries()) {
    yield { name: nameOf(found.objects[i]?.label ?? 0), polygons: polygons.map(({ rings }) => rings) };
  }
  if (labels.length > 1) {
    report.remarks.push(
      `it has the labels ${labels.join(', ')}; each is a class of its own, such as "${nameOf(labels[0] ?? 0)}"`,
    );
  }
}
