import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml } from '../yaml/read-yaml.js';
import { readRunConfig } from './run-config.js';
import { runFiles } from './run-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (value: unknown): Promise<void> => writeFile(join(folder, runFiles.config), stringify(value));

describe('readRunConfig', () => {
  it('tells settings from what the run ran on', async () => {
    await write({
      epochs: 5,
      run: { data: '/data', classes: ['a'], trainedOn: ['s1'], validatedOn: [], started: 'x' },
    });
    expect(await readRunConfig(folder)).toEqual({
      settings: { epochs: 5 },
      facts: { data: '/data', classes: ['a'], trainedOn: ['s1'], validatedOn: [] },
    });
    await write({ epochs: 5 });
    expect(await readRunConfig(folder)).toEqual({ settings: { epochs: 5 }, facts: {} });
  });

  it('reads the settings of a run over ten thousand slides, which are more than a recipe may have', async () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `${'slide '.repeat(20)}${i}`);
    const text = stringify({ run: { trainedOn: keys } });
    expect(text.length).toBeGreaterThan(1 << 20);
    await writeFile(join(folder, runFiles.config), text);
    expect((await readRunConfig(folder)).facts.trainedOn).toEqual(keys);
    expect(() => parseYaml(text, 'recipe.yaml')).toThrow('letters, more than 1048576');
  });

  it.each([
    [undefined, 'there is no run in this folder'],
    ['5', 'does not hold settings'],
    ['a: [', 'this is not YAML'],
    ['run: { trainedOn: 5 }', 'not what a run keeps of its settings'],
  ])('says what is wrong with %j', async (text, says) => {
    if (text !== undefined) await writeFile(join(folder, runFiles.config), text);
    await expect(readRunConfig(folder)).rejects.toThrow(says);
  });
});
