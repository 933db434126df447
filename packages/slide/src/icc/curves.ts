/** Curves of one channel in an ICC profile. Source: ICC.1:2010, 10.5 (curveType) and 10.15 (parametricCurveType). */
import { brokenProfile, signatureAt } from './profile.js';

/** Takes and gives 0..1; beyond it the ends hold. */
export type Curve = (value: number) => number;

/** Where a curve ends in a tag that holds several. */
export interface ParsedCurve {
  readonly curve: Curve;
  readonly bytes: number;
}

const clamp = (value: number): number => (value > 0 ? (value < 1 ? value : 1) : 0);

/** Linear between equally spaced values. */
export function tableCurve(table: Float64Array): Curve {
  const last = table.length - 1;
  return (value) => {
    const at = clamp(value) * last;
    const below = Math.min(Math.floor(at), last - 1);
    const low = table[below] as number;
    return low + ((table[below + 1] as number) - low) * (at - below);
  };
}

const fixed = (view: DataView, at: number): number => view.getInt32(at) / 65536;

/** How many numbers each of the five functions has. */
const PARAMETERS = [1, 3, 4, 5, 7] as const;

function parametric(kind: number, numbers: readonly number[]): Curve {
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  const power = (value: number): number => (value > 0 ? value ** g : 0);
  switch (kind) {
    case 0:
      return (x) => clamp(power(clamp(x)));
    case 1:
      return (x) => clamp(clamp(x) >= -b / a ? power(a * clamp(x) + b) : 0);
    case 2:
      return (x) => clamp(clamp(x) >= -b / a ? power(a * clamp(x) + b) + c : c);
    case 3:
      return (x) => clamp(clamp(x) >= d ? power(a * clamp(x) + b) : c * clamp(x));
    default:
      return (x) => clamp(clamp(x) >= d ? power(a * clamp(x) + b) + e : c * clamp(x) + f);
  }
}

/**
 * @param at where the curve begins in the tag
 * @throws {SlideError} `bad-input` for a curve of another type, or one that passes the tag's end
 */
export function parseCurve(tag: DataView, at: number, subject: string): ParsedCurve {
  if (at + 12 > tag.byteLength) throw brokenProfile(subject, 'a curve is cut off');
  const type = signatureAt(tag, at);
  if (type === 'curv') {
    const count = tag.getUint32(at + 8);
    const bytes = 12 + 2 * count;
    if (at + bytes > tag.byteLength) throw brokenProfile(subject, `a curve of ${count} values is cut off`);
    if (count === 0) return { curve: clamp, bytes };
    if (count === 1) {
      const gamma = tag.getUint16(at + 12) / 256;
      return { curve: (value) => clamp(value) ** gamma, bytes };
    }
    const table = Float64Array.from({ length: count }, (_, i) => tag.getUint16(at + 12 + 2 * i) / 65535);
    return { curve: tableCurve(table), bytes };
  }
  if (type === 'para') {
    const kind = tag.getUint16(at + 8);
    const count = PARAMETERS[kind];
    if (count === undefined) throw brokenProfile(subject, `there is no parametric curve ${kind}`);
    const bytes = 12 + 4 * count;
    if (at + bytes > tag.byteLength) throw brokenProfile(subject, 'a parametric curve is cut off');
    const numbers = Array.from({ length: count }, (_, i) => fixed(tag, at + 12 + 4 * i));
    return { curve: parametric(kind, numbers), bytes };
  }
  throw brokenProfile(subject, `a curve of type "${type}" is none`);
}

/** Three curves one behind the other, each at a multiple of four bytes. */
export function parseCurves(tag: DataView, at: number, subject: string): readonly [Curve, Curve, Curve] {
  const curves: Curve[] = [];
  let position = at;
  for (let i = 0; i < 3; i++) {
    const { curve, bytes } = parseCurve(tag, position, subject);
    curves.push(curve);
    position += (bytes + 3) & ~3;
  }
  const [red, green, blue] = curves;
  if (red === undefined || green === undefined || blue === undefined)
    throw brokenProfile(subject, 'a curve is missing');
  return [red, green, blue];
}
