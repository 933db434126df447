/**
 * Networks halve their input five times; sizes that do not divide are refused with the size to pad to.
 */
import { FtuError } from '@ftuseg/core';

/** Throws `FtuError` unless height and width are positive multiples of `multiple` pixels; says what to pad to. */
export function checkInputSize(height: number, width: number, multiple: number): void {
  const fits = (size: number): boolean => Number.isSafeInteger(size) && size > 0 && size % multiple === 0;
  if (fits(height) && fits(width)) return;
  const padded = (size: number): number => Math.max(multiple, Math.ceil(size / multiple) * multiple);
  throw new FtuError('bad-input', `an input of ${height} x ${width} pixels is not a multiple of ${multiple}`, {
    hint: `pad it to ${padded(height)} x ${padded(width)}`,
  });
}
