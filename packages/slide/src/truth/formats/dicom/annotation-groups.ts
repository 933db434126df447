/** The objects of Microscopy Bulk Simple Annotations. Source: PS3.3, A.87 and C.37.1. */
import type { DicomSource } from '../../../dicom-results/dicom-source.node.js';
import { decoderOf } from '../../../formats/dicom/properties/values.js';
import { damaged } from '../../../formats/dicom/structure/cursor.js';
import {
  type DataSet,
  itemsOf,
  numberOf,
  type Place,
  placeOf,
  textOf,
  type Wanted,
} from '../../../formats/dicom/structure/data-set.js';
import { readAttributes } from '../../../formats/dicom/structure/read-file.js';
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import { bareShape, ringShape, type Shape } from '../../placing/shape.js';
import { CODE, nameOfCode } from './coded-names.js';
import { ringOf, ringOfEllipse } from './slide-rings.js';

const CharacterSet = 0x00080005;
const CoordinateType = 0x006a0001;
const Groups = 0x006a0002;
const GroupLabel = 0x006a0005;
const PropertyType = 0x006a000a;
const PropertyModifier = 0x006a000b;
const Count = 0x006a000c;
const CommonZ = 0x006a0010;
const GraphicType = 0x00700023;
const [Points, DoublePoints, PointIndices] = [0x00660016, 0x00660022, 0x00660040];
const [ReferencedImages, ReferencedInstance] = [0x00081140, 0x00081155];
const PixelOrigin = 0x00480301;

const WANTED: Wanted = {
  [CharacterSet]: 'value',
  [CoordinateType]: 'value',
  [ReferencedImages]: { [ReferencedInstance]: 'value' },
  [PixelOrigin]: 'value',
  [Groups]: {
    [GroupLabel]: 'value',
    [PropertyType]: { ...CODE, [PropertyModifier]: CODE },
    [Count]: 'value',
    [CommonZ]: 'value',
    [GraphicType]: 'value',
    [Points]: 'place',
    [DoublePoints]: 'place',
    [PointIndices]: 'place',
  },
};

/** Numbers of the corners of an object that has always as many; undefined: an index says where each object begins. */
const CORNERS: Readonly<Record<string, number | undefined>> = { POINT: 1, RECTANGLE: 4, ELLIPSE: 4 };
/** Bytes of the corners of a group. */
const MAX_BYTES = 2 ** 31;

/** @throws {SlideError} `bad-input` for a damaged file, or pixels of another picture than the slide's largest level */
export async function* annotationShapes(file: ByteSource, slide: DicomSource): AsyncGenerator<Shape> {
  const set = await readAttributes(file, WANTED);
  const isFlat = textOf(set, CoordinateType) === '2D';
  if (isFlat) checkPicture(set, slide, file.name);
  const decode = decoderOf(textOf(set, CharacterSet) ?? '');
  for (const [g, group] of itemsOf(set, Groups).entries()) {
    const label = textOf(group, GroupLabel);
    const [type] = itemsOf(group, PropertyType);
    const coded = nameOfCode(type, itemsOf(type, PropertyModifier)[0], decode);
    const name = label === undefined ? coded : decode(label);
    const inherits = coded === undefined || coded === name ? {} : { inherits: [coded] };
    const kind = textOf(group, GraphicType) ?? '';
    const where = `annotation group ${g + 1}`;
    for await (const corners of objectsOf(file, group, { kind, isFlat, where })) {
      yield { ...shapeOf(kind, name, corners, { slide, isFlat }), ...inherits };
    }
  }
}

function shapeOf(
  kind: string,
  name: string | undefined,
  corners: Float64Array,
  { slide, isFlat }: { readonly slide: DicomSource; readonly isFlat: boolean },
): Shape {
  if (kind === 'POINT') return bareShape(name, 'points');
  if (kind === 'POLYLINE') return bareShape(name, 'lines');
  const ring = ringOf(corners, isFlat ? undefined : slide.place);
  return ringShape(name, kind === 'ELLIPSE' ? ringOfEllipse(ring) : ring);
}

/** Pixels count from the corner of the picture that the file refers to, which must be the largest level. */
function checkPicture(set: DataSet, { instances, name }: DicomSource, path: string): void {
  const refuse = (problem: string): SlideError =>
    new SlideError('bad-input', problem, { subject: path, hint: 'export the annotations in slide coordinates (3D)' });
  const referred = itemsOf(set, ReferencedImages).flatMap((image) => textOf(image, ReferencedInstance) ?? []);
  if (!referred.every((uid) => instances.includes(uid)) || referred.length === 0) {
    throw refuse(
      `its pixels are those of ${referred[0] ?? 'a picture that it does not name'}, not of the largest level of ${name}`,
    );
  }
  if (textOf(set, PixelOrigin) === 'FRAME') throw refuse('its pixels count from a frame, not from the whole picture');
}

/** X and y of the corners of each object. */
async function* objectsOf(
  file: ByteSource,
  group: DataSet,
  { kind, isFlat, where }: { readonly kind: string; readonly isFlat: boolean; readonly where: string },
): AsyncGenerator<Float64Array> {
  const fail = (problem: string): SlideError => damaged(file.name, where, problem);
  const values = await numbersAt(file, group, fail);
  const size = isFlat || numberOf(group, CommonZ) !== undefined ? 2 : 3;
  const starts = await startsOf(file, group, { kind, values: values.length, size }, fail);
  const count = numberOf(group, Count);
  if (count !== undefined && count !== starts.length) throw fail(`it has ${starts.length} objects, and says ${count}`);
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? values.length;
    if (!(start < end && end <= values.length && (end - start) % size === 0)) {
      throw fail(`object ${i + 1} goes from number ${start + 1} to ${end} of ${values.length}`);
    }
    const corners = new Float64Array((2 * (end - start)) / size);
    for (let at = start, to = 0; at < end; at += size, to += 2) {
      corners[to] = values[at] as number;
      corners[to + 1] = values[at + 1] as number;
    }
    if (!corners.every(Number.isFinite)) throw fail(`object ${i + 1} has a corner that is no number`);
    yield corners;
  }
}

/** Where the numbers of each object begin, from 0. */
async function startsOf(
  file: ByteSource,
  group: DataSet,
  { kind, values, size }: { readonly kind: string; readonly values: number; readonly size: number },
  fail: (problem: string) => SlideError,
): Promise<readonly number[]> {
  const corners = CORNERS[kind];
  if (corners !== undefined) {
    const step = corners * size;
    if (values % step !== 0) throw fail(`${values} numbers are no ${kind}s of ${corners} corners`);
    return Array.from({ length: values / step }, (_, i) => i * step);
  }
  if (kind !== 'POLYGON' && kind !== 'POLYLINE') throw fail(`it has objects of an unknown kind (${kind || 'none'})`);
  const view = await viewOf(file, placeOf(group, PointIndices), fail);
  if (view === undefined) throw fail('where its objects begin (LongPrimitivePointIndexList) is missing');
  return Array.from({ length: view.byteLength >> 2 }, (_, i) => view.getUint32(4 * i, true) - 1);
}

async function numbersAt(
  file: ByteSource,
  group: DataSet,
  fail: (problem: string) => SlideError,
): Promise<Float32Array | Float64Array> {
  const single = await viewOf(file, placeOf(group, Points), fail);
  if (single !== undefined) {
    return Float32Array.from({ length: single.byteLength >> 2 }, (_, i) => single.getFloat32(4 * i, true));
  }
  const double = await viewOf(file, placeOf(group, DoublePoints), fail);
  if (double === undefined) throw fail('it has no coordinates');
  return Float64Array.from({ length: double.byteLength >> 3 }, (_, i) => double.getFloat64(8 * i, true));
}

async function viewOf(
  file: ByteSource,
  place: Place | undefined,
  fail: (problem: string) => SlideError,
): Promise<DataView | undefined> {
  if (place?.length === undefined) return undefined;
  if (place.length > MAX_BYTES) throw fail(`its ${place.length} bytes of coordinates are more than are read`);
  const bytes = new Uint8Array(await file.read(place.offset, place.length));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
