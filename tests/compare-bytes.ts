/** Before each test file: `toEqual` compares bytes as bytes, wherever they stand. One after the other, each took a microsecond. */
import { expect } from 'vitest';

const isSet = Symbol.for('ftuseg.compare-bytes');

const sameBytes = (one: unknown, other: unknown): boolean | undefined =>
  one instanceof Uint8Array && other instanceof Uint8Array && one.constructor === other.constructor
    ? Buffer.compare(one, other) === 0
    : undefined;

// Files may share a process, and what is set stays.
if (!(isSet in globalThis)) {
  Object.defineProperty(globalThis, isSet, { value: true });
  expect.addEqualityTesters([sameBytes]);
}
