import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapFile, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBytes } from './memory.js';

const size = 64 << 20;

describe.skipIf(!torchAvailable() || process.platform !== 'linux')('heldBytes (needs libtorch: make libtorch)', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-held-'));
    await writeFile(join(folder, 'file'), new Uint8Array(size));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('counts what the process fills, and no pages of mapped files', () => {
    const { bytes } = mapFile(join(folder, 'file'));
    const [resident, held] = [process.memoryUsage.rss(), heldBytes()];
    const touch = (array: Uint8Array): number => {
      let sum = 0;
      for (let at = 0; at < array.length; at += 4096) sum += array[at] ?? 0;
      return sum;
    };
    expect(touch(new Uint8Array(bytes))).toBe(0);
    expect(process.memoryUsage.rss() - resident).toBeGreaterThan(0.8 * size);
    expect(heldBytes() - held).toBeLessThan(0.2 * size);
    const filled = new Uint8Array(size).fill(1);
    expect(heldBytes() - held).toBeGreaterThan(0.8 * size);
    expect(touch(filled)).toBe(size / 4096);
  });
});
