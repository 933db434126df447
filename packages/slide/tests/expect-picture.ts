import type { Raster } from '@ftuseg/core';
import { expect } from 'vitest';

/** A picture has the size and every byte of another; `toEqual` takes a microsecond for each byte. */
export function expectPicture({ data, ...form }: Raster, { data: bytes, ...wanted }: Raster, name?: string): void {
  expect(form, name).toEqual(wanted);
  expect(Buffer.compare(data, bytes), name).toBe(0);
}
