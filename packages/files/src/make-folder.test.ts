import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ftu-folder-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes a folder that others make at the same time', async () => {
    const path = join(root, 'together/b/c');
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
    expect(existsSync(path)).toBe(true);
  });

  it('makes one whose parent another makes between two looks', async () => {
    for (let i = 0; i < 200; i++) {
      const path = join(root, `between-${i}/b/c/d`);
      // Makers that begin a few turns of the event loop apart meet at every stage.
      const makers = Array.from({ length: 4 }, async (_, turns) => {
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        await makeFolder(path);
      });
      await Promise.all(makers);
    }
  });

  it('makes all of a path, and minds none that is there', async () => {
    const path = join(root, 'a/b/c');
    await makeFolder(path);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('refuses a path through a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'io' });
    await expect(makeFolder(join(root, 'file/inside'))).rejects.toThrow(/lies in one/);
  });

  it.skipIf(!existsSync('/proc/self'))('returns where the system refuses new entries (Linux)', async () => {
    await expect(makeFolder('/proc/ftuseg/out')).rejects.toMatchObject({ code: 'io' });
  });
});
