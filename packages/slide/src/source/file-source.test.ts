import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteSource, Offsets } from './byte-source.js';
import { openFileSource } from './file-source.node.js';

const SIZE = 3_000_000;
const random = createRandom(4);
const bytes = Uint8Array.from({ length: SIZE }, () => Math.floor(256 * random.next()));
let folder: string;
let source: ByteSource;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-file-source-'));
  await writeFile(join(folder, 'bytes'), bytes);
  source = await openFileSource(join(folder, 'bytes'));
});
afterAll(async () => {
  await source.close();
  await rm(folder, { recursive: true });
});

const rowsAt = (offset: number, stride: number, length: number, rows: number): Uint8Array =>
  Uint8Array.from(
    { length: length * rows },
    (_, i) => bytes[offset + Math.floor(i / length) * stride + (i % length)] ?? 0,
  );

describe('rows of a file', () => {
  const window = fc.record({
    length: fc.integer({ min: 1, max: 900 }),
    gap: fc.nat(80),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  const offset = fc.nat(SIZE - 60 * 980);

  it('are those that lie there', async () => {
    await fc.assert(
      fc.asyncProperty(window, offset, async ({ length, gap, rows }, from) => {
        const found = await source.readRows?.(from, length + gap, length, rows);
        expect(Buffer.compare(found ?? bytes, rowsAt(from, length + gap, length, rows))).toBe(0);
      }),
    );
  });

  it.skipIf(process.env.FTUSEG_SLIDE_NATIVE === '0')('of three planes are put together', async () => {
    const readPlanes = async (offsets: Offsets, stride: number, length: number, rows: number): Promise<void> => {
      const found = await source.readPlanes?.(offsets, stride, length, rows);
      const planes = offsets.map((from) => rowsAt(from, stride, length, rows));
      const wanted = Uint8Array.from({ length: 3 * length * rows }, (_, i) => planes[i % 3]?.[Math.floor(i / 3)] ?? 0);
      expect(Buffer.compare(found ?? bytes, wanted)).toBe(0);
    };
    await fc.assert(
      fc.asyncProperty(window, offset, offset, offset, async ({ length, gap, rows }, red, green, blue) => {
        await readPlanes([red, green, blue], length + gap, length, rows);
      }),
    );
    // Rows longer than what is put together at once, and windows that several threads read.
    await readPlanes([0, 1_000_000, 2_000_001], 140_000, 139_999, 5);
    await readPlanes([7, 900_007, 1_800_007], 3000, 3000, 301);
    await expect(source.readPlanes?.([0, 0, SIZE - 100], 10, 10, 11)).rejects.toThrow(/outside the file/);
  });
});
