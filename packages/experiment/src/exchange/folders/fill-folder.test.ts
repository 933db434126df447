/** Whose files are whose in an output folder: links, mounts, things that come meanwhile, halves that were moved. */
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageDataset } from '../kaggle/package-dataset.js';
import { fillFolder } from './fill-folder.js';
import { journalFile } from './move-files.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-fill-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes these files. */
const writing =
  (...names: readonly string[]) =>
  async (into: string): Promise<void> => {
    for (const name of names) {
      await mkdir(join(into, name, '..'), { recursive: true });
      await writeFile(join(into, name), `new ${name}`);
    }
  };
const all = async (name = 'out'): Promise<string[]> =>
  (await readdir(at(name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at(name).length + 1))
    .sort();

describe('fillFolder', () => {
  it('makes folders, fills empty ones, and leaves nothing of its own', async () => {
    await mkdir(at('out'));
    await fillFolder(at('out'), {}, writing('a.txt', 'b/c/d.txt', 'b/e.txt'));
    expect(await all()).toEqual(['a.txt', 'b/c/d.txt', 'b/e.txt']);
    await fillFolder(at('new', 'deeper'), {}, writing('a.txt'));
    expect(await all('new')).toEqual(['deeper/a.txt']);
  });

  it('fills a folder that is a link', async () => {
    await mkdir(at('real'));
    await symlink(at('real'), at('out'));
    await fillFolder(at('out'), {}, writing('a.txt'));
    expect(await readFile(at('real', 'a.txt'), 'utf8')).toBe('new a.txt');
    expect((await stat(at('out'))).ino).toBe((await stat(at('real'))).ino);
  });

  it('keeps what came while it worked, whatever its name', async () => {
    const notes = fillFolder(at('out'), {}, async (into) => {
      await writing('a.txt')(into);
      await writeFile(at('out', 'notes.txt'), 'mine');
    });
    await notes;
    expect(await all()).toEqual(['a.txt', 'notes.txt']);
    const same = fillFolder(at('other'), {}, async (into) => {
      await writing('a.txt', 'b.txt')(into);
      await writeFile(at('other', 'b.txt'), 'mine');
    });
    await expect(same).rejects.toThrow('the folder holds other things (b.txt)');
    expect(await all('other')).toEqual(['b.txt']);
    expect(await readFile(at('other', 'b.txt'), 'utf8')).toBe('mine');
  });

  it('removes what a killed run had moved, and nothing that took its name since', async () => {
    await mkdir(at('out'));
    await writeFile(at('out', 'moved.txt'), 'half');
    await writeFile(at('out', 'replaced.txt'), 'mine');
    const entryOf = async (path: string, name: string) => {
      const { ino, mtimeNs, size } = await stat(path, { bigint: true });
      return { name, inode: String(ino), modified: String(mtimeNs), bytes: String(size) };
    };
    await writeFile(at('old.txt'), 'of the run');
    const entries = [
      await entryOf(at('out', 'moved.txt'), 'moved.txt'),
      await entryOf(at('old.txt'), 'replaced.txt'),
      await entryOf(at('old.txt'), '../old.txt'),
    ];
    await writeFile(at('out', journalFile), JSON.stringify(entries));
    await expect(fillFolder(at('out'), {}, writing('a.txt'))).rejects.toThrow('other things (replaced.txt)');
    expect([await all(), existsSync(at('old.txt'))]).toEqual([['replaced.txt'], true]);
    await rm(at('out', 'replaced.txt'));
    await fillFolder(at('out'), {}, writing('a.txt'));
    expect(await all()).toEqual(['a.txt']);
  });
});

describe('ftu publish', () => {
  const options = () => ({
    title: 'Glomeruli models',
    id: 'ada/glomeruli-models',
    licence: 'MIT',
    out: at('up'),
    files: [at('pack')],
  });
  beforeEach(async () => {
    await mkdir(at('pack'));
    await writeFile(at('pack', 'a.txt'), 'a');
  });

  it('takes what was edited since for the person’s own', async () => {
    await packageDataset(options());
    await packageDataset(options());
    await writeFile(at('up', 'dataset-metadata.json'), '{}');
    await expect(packageDataset(options())).rejects.toThrow('holds other things (dataset-metadata.json)');
    expect(await readFile(at('up', 'dataset-metadata.json'), 'utf8')).toBe('{}');
  });

  it('refuses links out of the folder and in circles, and follows those inside', async () => {
    await writeFile(at('secret.txt'), 'of somebody else');
    await symlink(at('secret.txt'), at('pack', 'b.txt'));
    await expect(packageDataset(options())).rejects.toThrow(
      /pack\/b\.txt: this link leads out of the folder, to .*secret\.txt; remove the link/,
    );
    await rm(at('pack', 'b.txt'));
    await symlink('..', at('pack', 'up'));
    await expect(packageDataset(options())).rejects.toThrow('this link leads out of the folder');
    await rm(at('pack', 'up'));
    await mkdir(at('pack', 'deep'));
    await symlink('..', at('pack', 'deep', 'round'));
    await expect(packageDataset(options())).rejects.toThrow('this link leads to a folder that it lies in');
    await rm(at('pack', 'deep', 'round'));
    await symlink('a.txt', at('pack', 'same.txt'));
    await link(at('pack', 'a.txt'), at('pack', 'hard.txt'));
    expect((await packageDataset(options())).files).toBe(3);
    expect(existsSync(at('up', 'glomeruli-models.zip'))).toBe(true);
  });
});
