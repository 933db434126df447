import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { long } from '../../../../tests/long.js';
import { readSettings, readSettingsFile } from './settings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readSettings', () => {
  it('reads what a run over thousands of slides keeps, and a search writes', async () => {
    const count = long ? 10_000 : 2_000;
    const trainedOn = Array.from({ length: count }, (_, i) => `${'slide '.repeat(20)}${i}`);
    const config = join(folder, 'config.yaml');
    await writeFile(config, stringify({ epochs: 5, run: { trainedOn } }));
    expect(await readSettings(config)).toEqual({ epochs: 5 });
    const tuned = join(folder, 'tuned.json');
    const slides = trainedOn.map((id) => ({ id, dice: { default: 0.5, tuned: 0.75 } }));
    await writeFile(tuned, JSON.stringify({ threshold: 0.4, run: { slides } }, null, 2));
    expect(await readSettings(tuned)).toEqual({ threshold: 0.4 });
    expect(await readSettingsFile(tuned)).toHaveProperty('run.slides.length', count);
  });

  it('refuses what holds no settings', async () => {
    const path = join(folder, 'list.yaml');
    await writeFile(path, '[1, 2]');
    await expect(readSettings(path)).rejects.toThrow('must hold settings as `name: value`');
  });
});
