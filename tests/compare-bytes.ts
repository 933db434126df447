/**
 * Before each test file: `toEqual` compares typed arrays as bytes, wherever they stand. One after the other, each value took a microsecond. Floats of other
 * bytes are left to Vitest: a NaN has many.
 */
import { expect } from 'vitest';

const isSet = Symbol.for('ftuseg.compare-bytes');

const isArray = (one: unknown): one is NodeJS.TypedArray => ArrayBuffer.isView(one) && !(one instanceof DataView);
const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray) => Buffer.from(buffer, byteOffset, byteLength);

function sameBytes(one: unknown, other: unknown): boolean | undefined {
  if (!isArray(one) || !isArray(other) || one.constructor !== other.constructor) return undefined;
  if (bytesOf(one).equals(bytesOf(other))) return true;
  return one instanceof Float32Array || one instanceof Float64Array ? undefined : false;
}

// Files may share a process, and what is set stays.
if (!(isSet in globalThis)) {
  Object.defineProperty(globalThis, isSet, { value: true });
  expect.addEqualityTesters([sameBytes]);
}
