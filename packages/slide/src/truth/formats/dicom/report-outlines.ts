/**
 * The regions of a structured report: in each measurement group (TID 1410, 1411 or 1501 of a report by TID 1500) its finding and the outlines in it.
 * Source: PS3.3, C.17.3, C.18.6 and C.18.9; PS3.16, TID 1500.
 */
import type { DicomSource } from '../../../dicom-results/dicom-source.node.js';
import { checkFrame } from '../../../dicom-results/reading/result-of-slide.node.js';
import { decoderOf } from '../../../formats/dicom/properties/values.js';
import { damaged } from '../../../formats/dicom/structure/cursor.js';
import { type DataSet, itemsOf, numbersOf, textOf, type Wanted } from '../../../formats/dicom/structure/data-set.js';
import { readAttributes } from '../../../formats/dicom/structure/read-file.js';
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import { bareShape, ringShape, type Shape } from '../../placing/shape.js';
import { CODE, nameOfCode } from './coded-names.js';
import { ringOf, ringOfEllipse } from './slide-rings.js';

const CharacterSet = 0x00080005;
const Content = 0x0040a730;
const ValueType = 0x0040a040;
const ConceptName = 0x0040a043;
const ConceptCode = 0x0040a168;
const CodeValue = 0x00080100;
const CodeMeaning = 0x00080104;
const GraphicData = 0x00700022;
const GraphicType = 0x00700023;
const FrameOfReference = 0x30060024;
const PixelOrigin = 0x00480301;
const [ReferencedImage, ReferencedInstance, ReferencedFrame] = [0x00081199, 0x00081155, 0x00081160];

const GROUP = '125007';
const FINDING = '121071';

/** An item of the tree, and those below it. */
const ITEM: Wanted = {
  [ValueType]: 'value',
  [ConceptName]: CODE,
  [ConceptCode]: CODE,
  [GraphicData]: 'value',
  [GraphicType]: 'value',
  [FrameOfReference]: 'value',
  [PixelOrigin]: 'value',
  [ReferencedImage]: { [ReferencedInstance]: 'value', [ReferencedFrame]: 'value' },
  get [Content](): Wanted {
    return ITEM;
  },
};
const WANTED: Wanted = { [CharacterSet]: 'value', [Content]: ITEM };

/** Objects of a report; larger ones are written as bulk annotations. */
const MAX_ITEMS = 200_000;

/** Those of an item and of all below it, from the top. */
function* groupsIn(item: DataSet): Generator<DataSet> {
  for (const child of itemsOf(item, Content)) {
    if (textOf(itemsOf(child, ConceptName)[0], CodeValue) === GROUP) yield child;
    else yield* groupsIn(child);
  }
}

/** @throws {SlideError} `bad-input` for a damaged file, and for regions of another slide or of a smaller level */
export async function* reportShapes(file: ByteSource, slide: DicomSource): AsyncGenerator<Shape> {
  const set = await readAttributes(file, WANTED, undefined, MAX_ITEMS);
  const decode = decoderOf(textOf(set, CharacterSet) ?? '');
  for (const group of groupsIn(set)) {
    const items = itemsOf(group, Content);
    const called = (value: RegExp | string) => (item: DataSet) => {
      const [name] = itemsOf(item, ConceptName);
      return typeof value === 'string'
        ? textOf(name, CodeValue) === value
        : value.test(textOf(name, CodeMeaning) ?? '');
    };
    const codeIn = (item: DataSet | undefined): DataSet | undefined => itemsOf(item, ConceptCode)[0];
    const name = nameOfCode(codeIn(items.find(called(FINDING))), codeIn(items.find(called(/^sclerosis$/i))), decode);
    for (const item of items) {
      const kind = textOf(item, ValueType);
      if (kind === 'SCOORD3D' || kind === 'SCOORD') yield regionOf(item, name, slide, file.name);
    }
  }
}

function regionOf(item: DataSet, name: string | undefined, slide: DicomSource, path: string): Shape {
  const isFlat = textOf(item, ValueType) === 'SCOORD';
  const kind = textOf(item, GraphicType) ?? '';
  const numbers = numbersOf(item, GraphicData);
  const size = isFlat ? 2 : 3;
  if (numbers.length === 0 || numbers.length % size !== 0 || !numbers.every(Number.isFinite)) {
    throw damaged(path, 'a region', `${numbers.length} numbers are no corners of ${size}`);
  }
  if (isFlat) checkPicture(item, slide, path);
  else checkFrame(textOf(item, FrameOfReference) ?? 'not stated', slide, path);
  const corners = new Float64Array((2 * numbers.length) / size);
  for (let at = 0, to = 0; at < numbers.length; at += size, to += 2) {
    corners[to] = numbers[at] as number;
    corners[to + 1] = numbers[at + 1] as number;
  }
  const ring = ringOf(corners, isFlat ? undefined : slide.place);
  if (kind === 'POINT' || kind === 'MULTIPOINT') return bareShape(name, 'points');
  if (kind === 'ELLIPSE') {
    if (ring.length !== 8) throw damaged(path, 'a region', `an ellipse has ${ring.length / 2} ends of its axes`);
    return ringShape(name, ringOfEllipse(ring));
  }
  if (kind === 'CIRCLE' && ring.length === 4) return ringShape(name, ringOfEllipse(circleEnds(ring)));
  // In pixels a polyline that ends where it began is a polygon; C.18.6.1.2 has no other word for one.
  const isClosed = ring.length >= 8 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
  if (kind === 'POLYGON' || (kind === 'POLYLINE' && isFlat && isClosed)) return ringShape(name, ring);
  if (kind === 'POLYLINE') return bareShape(name, 'lines');
  throw damaged(path, 'a region', `its kind is ${kind || 'missing'}`);
}

/** Of the axes of a circle, which is given by its centre and a point on it. */
function circleEnds(ring: Float64Array): Float64Array {
  const [x = 0, y = 0, onX = 0, onY = 0] = ring;
  const radius = Math.hypot(onX - x, onY - y);
  return Float64Array.of(x - radius, y, x + radius, y, x, y - radius, x, y + radius);
}

/** @throws {SlideError} where a region in pixels is of another picture than the largest level */
function checkPicture(item: DataSet, { instances, name }: DicomSource, path: string): void {
  const [image] = itemsOf(item, Content).flatMap((child) => itemsOf(child, ReferencedImage));
  const uid = textOf(image, ReferencedInstance);
  const hint = 'export the regions in slide coordinates (SCOORD3D)';
  if (uid === undefined || !instances.includes(uid)) {
    const problem = `a region has pixels of ${uid ?? 'a picture that it does not name'}, not of the largest level of ${name}`;
    throw new SlideError('bad-input', problem, { subject: path, hint });
  }
  if (textOf(item, PixelOrigin) !== 'FRAME') return;
  throw new SlideError('bad-input', 'a region has pixels of one frame, not of the whole picture', {
    subject: path,
    hint,
  });
}
