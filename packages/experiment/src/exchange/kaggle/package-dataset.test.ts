import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageDataset } from './package-dataset.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const metadata = { title: 'Glomeruli models', id: 'ada/glomeruli-models', licence: 'mit' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-package-'));
  await mkdir(at('run', 'fold-0'), { recursive: true });
  await writeFile(at('run', 'config.yaml'), 'epochs: 1\n');
  await writeFile(at('run', 'fold-0', 'model.onnx'), 'model '.repeat(50_000));
  await writeFile(at('run', 'fold-0', 'state.safetensors'), 'only for going on');
  await writeFile(at('run', 'fold-0', '.model.onnx.12ab.tmp'), 'half');
  await writeFile(at('read me.md'), '# Read me\n');
  await writeFile(at('tile.png'), 'already compressed '.repeat(100));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shell = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', cwd: folder });

describe('packageDataset', () => {
  it('writes metadata, a ZIP and checksums', async () => {
    const seen: number[] = [];
    const options = { ...metadata, run: at('run'), files: [at('tile.png'), at('read me.md')], out: at('upload') };
    const summary = await packageDataset({ ...options, onProgress: (bytes, total) => seen.push(bytes / total) });
    expect(summary).toEqual({ files: 4, bytes: 300_000 + 10 + 10 + 1900, zip: at('upload', 'glomeruli-models.zip') });
    expect(seen.at(-1)).toBe(1);
    expect((await readdir(at('upload'))).sort()).toEqual([
      'checksums.txt',
      'dataset-metadata.json',
      'glomeruli-models.zip',
    ]);
    expect(JSON.parse(await readFile(at('upload', 'dataset-metadata.json'), 'utf8'))).toEqual({
      title: 'Glomeruli models',
      id: 'ada/glomeruli-models',
      licenses: [{ name: 'MIT' }],
    });
  });

  it('makes the same bytes of the same files, whenever and wherever', async () => {
    await packageDataset({ ...metadata, files: [at('run'), at('tile.png')], out: at('one') });
    await utimes(at('run', 'config.yaml'), 1, 1);
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Kiritimati';
    try {
      await packageDataset({ ...metadata, files: [at('tile.png'), at('run')], out: at('two') });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    const zip = (out: string) => readFile(at(out, 'glomeruli-models.zip'));
    expect((await zip('one')).equals(await zip('two'))).toBe(true);
  });

  const tools = ['/usr/bin/unzip', '/usr/bin/sha256sum'];
  it.skipIf(!tools.every((tool) => existsSync(tool)))(
    'satisfies unzip and sha256sum, before and after unpacking (skipped: one of them is not here)',
    async () => {
      await packageDataset({ ...metadata, run: at('run'), files: [at('read me.md'), at('tile.png')], out: at('up') });
      expect(shell('sh', '-c', 'cd up && sha256sum -c checksums.txt')).toBe(
        'dataset-metadata.json: OK\nglomeruli-models.zip: OK\n',
      );
      shell('unzip', '-q', 'up/glomeruli-models.zip', '-d', 'unpacked');
      expect(shell('sh', '-c', 'cd unpacked && sha256sum -c contents.sha256')).toBe(
        'read me.md: OK\nrun/config.yaml: OK\nrun/fold-0/model.onnx: OK\ntile.png: OK\n',
      );
      expect(await readFile(at('unpacked', 'read me.md'), 'utf8')).toBe('# Read me\n');
      expect((await readdir(at('unpacked', 'run', 'fold-0'))).sort()).toEqual(['model.onnx']);
    },
  );

  it('replaces its own folder, and no other', async () => {
    const options = { ...metadata, files: [at('tile.png')], out: at('up') };
    await packageDataset(options);
    await packageDataset({ ...options, files: [at('read me.md')] });
    await writeFile(at('up', 'notes.txt'), 'mine');
    await expect(packageDataset(options)).rejects.toThrow('the folder holds other things (notes.txt)');
    expect(await readFile(at('up', 'notes.txt'), 'utf8')).toBe('mine');
    await mkdir(at('other'));
    await writeFile(at('other', 'glomeruli-models.zip'), 'mine');
    await expect(packageDataset({ ...options, out: at('other') })).rejects.toThrow('holds other things');
  });

  it.each([
    [{ title: 'Short' }, 'title "Short": 5 characters are not 6 to 50'],
    [{ title: 'x'.repeat(51) }, '51 characters are not 6 to 50'],
    [{ id: 'glomeruli-models' }, 'id "glomeruli-models": is not of the form user/slug'],
    [{ id: 'ada/Glomeruli models' }, 'is not of the form user/slug'],
    [{ id: 'ada/ab' }, 'is not of the form user/slug'],
    [{ id: `ada/${'a'.repeat(51)}` }, 'is not of the form user/slug'],
    [{ id: 'ada/../etc' }, 'is not of the form user/slug'],
    [{ licence: 'WTFPL' }, 'licence "WTFPL": Kaggle does not know it; known are MIT, CC0-1.0'],
    [{ files: ['/nowhere/at/all'] }, '/nowhere/at/all: there is no such file'],
    [{ files: [] }, 'there are no files to package'],
  ])('refuses %j', async (changed, problem) => {
    const options = { ...metadata, files: [at('tile.png')], out: at('up') };
    await expect(packageDataset({ ...options, ...changed })).rejects.toThrow(problem);
    expect(existsSync(at('up'))).toBe(false);
  });

  it('refuses a run without a model, itself, and two files of one name', async () => {
    const options = { ...metadata, out: at('up') };
    await rm(at('run', 'fold-0', 'model.onnx'));
    await expect(packageDataset({ ...options, run: at('run') })).rejects.toThrow('the run holds no model.onnx');
    await expect(packageDataset({ ...options, files: [folder] })).rejects.toThrow('the package would hold itself');
    await writeFile(at('run', 'tile.png'), 'another');
    await expect(packageDataset({ ...options, files: [at('tile.png'), at('run', 'tile.png')] })).rejects.toThrow(
      'tile.png: two files would have this name in the package',
    );
    await writeFile(at('contents.sha256'), '');
    await expect(packageDataset({ ...options, files: [at('contents.sha256')] })).rejects.toThrow(
      'contents.sha256: the package has a list of checksums of this name',
    );
  });

  it('leaves nothing behind when it is stopped, nor when a file changes under it', async () => {
    const controller = new AbortController();
    const options = { ...metadata, files: [at('run')], out: at('up') };
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(packageDataset({ ...options, ...stop })).rejects.toMatchObject({ code: 'cancelled' });
    const grow = { onProgress: () => appendFileSync(at('run', 'fold-0', 'model.onnx'), 'more') };
    await expect(packageDataset({ ...options, ...grow })).rejects.toMatchObject({ code: 'bad-input' });
    expect((await readdir(folder)).sort()).toEqual(['read me.md', 'run', 'tile.png']);
  });
});
