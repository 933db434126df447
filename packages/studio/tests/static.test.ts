/** The folder of `ftu studio --static`: what is in it, what replaces what, and what is refused. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModelCard } from '@ftuseg/nn';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { writeStaticStudio } from '../src/index.js';
import { modelsFileSchema } from '../src/models/models-file.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-static-'));
  await mkdir(at('page', 'assets'), { recursive: true });
  await writeFile(at('page', 'index.html'), '<!doctype html>');
  await writeFile(at('page', 'LICENSES.txt'), 'MIT');
  await writeFile(at('page', 'assets', 'index-1.js'), 'one');
  await mkdir(at('other'));
  const model = convolutionModel({ weight: Array.from({ length: 27 }, () => 0), bias: -1 }, { downsample: 2 });
  for (const path of [at('my model.onnx'), at('other', 'my model.onnx')]) await writeFile(path, model);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (models: readonly string[]) => writeStaticStudio({ out: at('out'), page: at('page'), models });
const list = async () => modelsFileSchema.parse(JSON.parse(await readFile(at('out', 'models.json'), 'utf8'))).models;

it('holds the page, the models under names of their own, and what their cards say', async () => {
  const { files } = await write([at('my model.onnx'), at('other', 'my model.onnx')]);
  expect(files.at(-1)).toBe('index.html');
  const there = (await readdir(at('out'), { recursive: true })).filter((name) => name !== 'assets');
  expect(there.sort()).toEqual([...files].sort());
  const models = await list();
  expect(models.map(({ file }) => file)).toEqual(['my-model.onnx', 'my-model-2.onnx']);
  for (const { file, bytes, sha256, summary } of models) {
    const data = await readFile(at('out', file));
    expect([data.length, createHash('sha256').update(data).digest('hex')]).toEqual([bytes, sha256]);
    for (const name of readModelCard(data, file).classes) expect(summary).toContain(name);
  }
});

it('replaces what it wrote before, and leaves nothing of it', async () => {
  await write([at('my model.onnx')]);
  await rm(at('page', 'assets', 'index-1.js'));
  await writeFile(at('page', 'assets', 'index-2.js'), 'two');
  await write([]);
  expect(await list()).toEqual([]);
  expect((await readdir(at('out'), { recursive: true })).sort()).toEqual(
    ['LICENSES.txt', 'assets', join('assets', 'index-2.js'), 'index.html', 'models.json'].sort(),
  );
});

it('touches no folder with other files, and writes nothing for a model that is none', async () => {
  await mkdir(at('out'));
  await writeFile(at('out', 'thesis.txt'), 'mine');
  await expect(write([])).rejects.toThrow('the folder holds other files');
  expect(await readdir(at('out'))).toEqual(['thesis.txt']);
  await rm(at('out'), { recursive: true });
  await writeFile(at('broken.onnx'), 'no model');
  await expect(write([at('broken.onnx')])).rejects.toThrow('broken.onnx');
  await expect(readdir(at('out'))).rejects.toThrow();
});

it('says that the page is not built', async () => {
  await rm(at('page', 'assets'), { recursive: true });
  await expect(write([])).rejects.toThrow('the page without a server is not built');
});
