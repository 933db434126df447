/** What is refused leaves no file open: a run over thousands of slides would end with "too many open files". */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLabelImage } from './labels/label-image.node.js';
import { openSlide } from './open-slide.node.js';

const fixtures = fileURLToPath(new URL('../tests/fixtures/', import.meta.url));
const cases = fileURLToPath(new URL('../../../../shared/cases/', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-descriptors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

/** Opens a file the ways that it may be opened, and closes what opens. */
async function tryAll(path: string): Promise<void> {
  for (const open of [openSlide, openLabelImage]) {
    const opened = await open(path).catch(() => undefined);
    await opened?.close();
  }
}

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.skipIf(process.platform !== 'linux')('open files', () => {
  it('are none after every file of the cases', async () => {
    await tryAll(join(fixtures, 'rgb.png'));
    const before = await descriptors();
    for (const path of await filesIn(cases)) {
      await tryAll(path);
      expect([path, await descriptors()]).toEqual([path, before]);
    }
  });

  it('are none after damaged files', async () => {
    const random = createRandom(3);
    const names = (await readdir(fixtures)).filter((name) => /\.(tif|png)$/.test(name));
    await tryAll(join(fixtures, 'rgb.png'));
    const before = await descriptors();
    for (const name of names) {
      const whole = await readFile(join(fixtures, name));
      for (let n = 0; n < 8; n++) {
        const bytes = Uint8Array.from(whole);
        for (let k = 0; k < 4; k++) bytes[random.int(Math.min(bytes.length, 600))] = random.int(256);
        const path = join(folder, `case${name.slice(-4)}`);
        await writeFile(path, random.chance(0.3) ? bytes.subarray(0, random.int(bytes.length)) : bytes);
        await tryAll(path);
        expect([name, n, await descriptors()]).toEqual([name, n, before]);
      }
    }
  });
});
