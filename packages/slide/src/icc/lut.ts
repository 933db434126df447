/**
 * The table tags of a profile: from the numbers of a picture to the connection space. Source: ICC.1:2010, 10.8 (lut16Type), 10.9 (lut8Type) and 10.10
 * (lutAToBType).
 */
import { colourTable } from './colour-table.js';
import { type Curve, parseCurves, tableCurve } from './curves.js';
import { brokenProfile, signatureAt } from './profile.js';

/** How the three numbers that come out stand for Lab: as 16 bits did in version 2, as 8 bits and version 4 do. */
export type LabEncoding = 'version 2' | 'version 4';

export interface DeviceTable {
  /** Changes a colour of 0..1 to the connection space's numbers of 0..1, in place. */
  readonly apply: (colour: Float64Array) => void;
  readonly encoding: LabEncoding;
}

const MAX_ENTRIES = 1 << 21;

type Curves = readonly [Curve, Curve, Curve];

const through =
  ([red, green, blue]: Curves) =>
  (colour: Float64Array): void => {
    colour[0] = red(colour[0] as number);
    colour[1] = green(colour[1] as number);
    colour[2] = blue(colour[2] as number);
  };

/** @throws {SlideError} `bad-input` for a table that is cut off, of another type, or not from three channels to three */
export function parseTable(tag: DataView, subject: string): DeviceTable {
  const type = signatureAt(tag, 0);
  if (tag.byteLength < 32) throw brokenProfile(subject, 'its table is cut off');
  if (tag.getUint8(8) !== 3 || tag.getUint8(9) !== 3) {
    throw brokenProfile(
      subject,
      `its table leads from ${tag.getUint8(8)} channels to ${tag.getUint8(9)}, not from 3 to 3`,
    );
  }
  if (type === 'mft1' || type === 'mft2') return parseLut(tag, type === 'mft1' ? 1 : 2, subject);
  if (type === 'mAB') return parseAToB(tag, subject);
  throw brokenProfile(subject, `a table of type "${type}" is none`);
}

/** `count` numbers of one or two bytes as 0..1. */
function numbersAt(tag: DataView, at: number, count: number, width: number, subject: string): Float64Array {
  if (at + count * width > tag.byteLength) throw brokenProfile(subject, 'its table is cut off');
  return Float64Array.from({ length: count }, (_, i) =>
    width === 1 ? tag.getUint8(at + i) / 255 : tag.getUint16(at + 2 * i) / 65535,
  );
}

/** The matrix of these types is for pictures in XYZ alone, and is passed over. */
function parseLut(tag: DataView, width: 1 | 2, subject: string): DeviceTable {
  const size = tag.getUint8(10);
  if (size < 2) throw brokenProfile(subject, `its table has ${size} entries a side`);
  if (width === 2 && tag.byteLength < 52) throw brokenProfile(subject, 'its table is cut off');
  const [inputs, outputs] = width === 1 ? [256, 256] : [tag.getUint16(48), tag.getUint16(50)];
  if (inputs < 2 || outputs < 2) throw brokenProfile(subject, 'its curves have fewer than two values');
  let at = width === 1 ? 48 : 52;
  const next = (count: number): Float64Array => {
    const found = numbersAt(tag, at, count, width, subject);
    at += count * width;
    return found;
  };
  const curvesOf = (count: number): Curves => {
    const curve = (): Curve => tableCurve(next(count));
    return [curve(), curve(), curve()];
  };
  const before = through(curvesOf(inputs));
  const look = colourTable(next(3 * size ** 3), [size, size, size]);
  const after = through(curvesOf(outputs));
  return {
    apply: (colour) => {
      before(colour);
      look(colour);
      after(colour);
    },
    encoding: width === 1 ? 'version 4' : 'version 2',
  };
}

/** Curves A, table, curves M, matrix, curves B, of which all but the last may be missing. */
function parseAToB(tag: DataView, subject: string): DeviceTable {
  const [b, matrix, m, table, a] = [12, 16, 20, 24, 28].map((at) => tag.getUint32(at)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const steps: ((colour: Float64Array) => void)[] = [];
  if (a !== 0) steps.push(through(parseCurves(tag, a, subject)));
  if (table !== 0) steps.push(parseTableAt(tag, table, subject));
  if (m !== 0) steps.push(through(parseCurves(tag, m, subject)));
  if (matrix !== 0) steps.push(matrixAt(tag, matrix, subject));
  if (b === 0) throw brokenProfile(subject, 'its table has no curves');
  steps.push(through(parseCurves(tag, b, subject)));
  return {
    apply: (colour) => {
      for (const step of steps) step(colour);
    },
    encoding: 'version 4',
  };
}

function parseTableAt(tag: DataView, at: number, subject: string): (colour: Float64Array) => void {
  if (at + 20 > tag.byteLength) throw brokenProfile(subject, 'its table is cut off');
  const sizes = [tag.getUint8(at), tag.getUint8(at + 1), tag.getUint8(at + 2)] as const;
  const entries = sizes[0] * sizes[1] * sizes[2];
  if (sizes.some((size) => size < 2) || entries > MAX_ENTRIES) {
    throw brokenProfile(subject, `a table of ${sizes.join(' x ')} entries is impossible`);
  }
  const width = tag.getUint8(at + 16);
  if (width !== 1 && width !== 2) throw brokenProfile(subject, `its table has numbers of ${width} bytes`);
  return colourTable(numbersAt(tag, at + 20, 3 * entries, width, subject), sizes);
}

function matrixAt(tag: DataView, at: number, subject: string): (colour: Float64Array) => void {
  if (at + 48 > tag.byteLength) throw brokenProfile(subject, 'its matrix is cut off');
  const numbers = Array.from({ length: 12 }, (_, i) => tag.getInt32(at + 4 * i) / 65536);
  return (colour) => {
    const [x, y, z] = [colour[0] as number, colour[1] as number, colour[2] as number];
    for (let c = 0; c < 3; c++) {
      const [p, q, r] = [numbers[3 * c] as number, numbers[3 * c + 1] as number, numbers[3 * c + 2] as number];
      colour[c] = p * x + q * y + r * z + (numbers[9 + c] as number);
    }
  };
}
