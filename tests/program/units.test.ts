/** `ftu unit` as schedulers use it: the bytes of `ftu run`, whoever is killed, and however many do the same. A longer form is `make unit-kills`. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beginAttempt, lockFolder } from '@ftuseg/files';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf, differences } from '../../packages/cli/scripts/kills/contents.mjs';
import { fourSlides, smallRecipe } from '../../packages/cli/scripts/kills/small-recipe.mjs';
import { ftu, type Outcome } from '../../packages/cli/tests/run.js';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

const recipe = smallRecipe({
  slides: fourSlides(2),
  settings: { samplesPerEpoch: 4 },
  steps: {
    predictions: { do: 'predict', models: 'stage', slides: 'test', outputs: ['mask'] },
    report: { do: 'report' },
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-units-'));
  process.env.FTUSEG_CACHE = at('cache');
  await writeFile(at('recipe.yaml'), recipe);
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  expect(await ftu('synth', '--count', '4', ...size, '--seed', '2', '--out', at('slides'))).toMatchObject({ code: 0 });
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const unit = (...args: readonly string[]): Promise<Outcome> => ftu('unit', at('units'), ...args, '--threads', '1');

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly needs: readonly string[];
  readonly problem?: string;
}

async function list(): Promise<Listed[]> {
  const { code, stdout } = await ftu('unit', at('recipe.yaml'), '--out', at('units'), '--list', '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout).units;
}

const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await list()).map(({ id, state }) => [id, state]));

/** Starts a unit in a process of its own and sends it a signal as soon as its attempt has begun to work. @returns its exit code */
async function stopped(id: string, signal: 'SIGKILL' | 'SIGUSR1'): Promise<number | null> {
  const child = spawn(process.execPath, [main, 'unit', at('units'), id, '--threads', '1'], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const attempts = async (): Promise<string[]> =>
    (await readdir(at('units/.units', id), { recursive: true }).catch(() => [])).filter((name) =>
      /result\/\w/.test(name),
    );
  while ((await attempts()).length === 0 && child.exitCode === null) await setTimeout(20);
  child.kill(signal);
  return ended;
}

describe.skipIf(!torchAvailable())('ftu unit', () => {
  it('names all units before anything has run', async () => {
    const units = await list();
    expect(units.map(({ id, state }) => [id, state])).toEqual([
      ['data/gather', 'ready'],
      ['stage/fold/0', 'waiting'],
      ['stage/fold/1', 'waiting'],
      ['stage/gather', 'waiting'],
      ['predictions/slide/synth-2-03', 'waiting'],
      ['predictions/slide/synth-2-04', 'waiting'],
      ['predictions/gather', 'waiting'],
      ['report/gather', 'waiting'],
    ]);
    expect(units[4]?.needs).toEqual(['stage/gather']);
    expect(units[6]?.needs).toEqual(['predictions/slide/synth-2-03', 'predictions/slide/synth-2-04']);
    const early = await unit('stage/fold/0');
    expect(early).toMatchObject({ code: 75, stdout: 'stage/fold/0: later: it waits for data/gather\n' });
    expect(await unit('stage/fold/7')).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean') });
  }, 60_000);

  it('gives the bytes of `ftu run`, killed or done by two at once', async () => {
    expect(await unit('data/gather')).toMatchObject({ code: 0 });
    expect(await stopped('stage/fold/0', 'SIGKILL')).toBeNull();
    expect(await unit('stage/fold/0')).toMatchObject({ code: 0, stdout: 'stage/fold/0: done: published\n' });
    expect(await stopped('stage/fold/1', 'SIGUSR1')).toBe(75);
    expect(await unit('stage/fold/1')).toMatchObject({ code: 0 });
    expect(await unit('stage/gather')).toMatchObject({ code: 0 });
    const slide = 'predictions/slide/synth-2-04';
    const both = await Promise.all([unit(slide), unit(slide)]);
    expect(both.map(({ code, stdout }) => [code, stdout]).sort()).toEqual([
      [0, `${slide}: done: published\n`],
      [0, `${slide}: kept: published before\n`],
    ]);
    await rm(
      at('units/.units', slide, (await readdir(at('units/.units', slide)))[0] ?? '', 'published/predictions/masks'),
      {
        recursive: true,
      },
    );
    expect((await states())[slide]).toBe('ready');
    expect(await unit(slide)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('files of its result are missing'),
    });
    for (const id of ['predictions/slide/synth-2-03', 'predictions/gather', 'report/gather']) {
      expect(await unit(id)).toMatchObject({ code: 0 });
    }
    expect([...new Set(Object.values(await states()))]).toEqual(['done']);
    const whole = await ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '1');
    expect(whole.code).toBe(0);
    const results = (name: string) => new Map([...contentsOf(at(name))].filter(([file]) => !file.startsWith('.units')));
    expect(differences(results('units'), results('whole'))).toEqual([]);
    const bytes = (name: string, file: string): Promise<Buffer> => readFile(at(name, file));
    for (const file of ['stage/run/fold-0/model.onnx', 'predictions/predictions/masks/synth-2-04.tif']) {
      expect((await bytes('units', file)).equals(await bytes('whole', file))).toBe(true);
    }
  }, 240_000);

  it('computes nothing again where slides and results were moved', async () => {
    const before = folder;
    folder = `${before}-moved`;
    await rename(before, folder);
    process.env.FTUSEG_CACHE = at('cache');
    const again = await ftu('run', at('recipe.yaml'), '--out', at('units'), '--threads', '1');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr.match(/: kept: /g)).toHaveLength(4);
    expect(await unit('predictions/gather')).toMatchObject({ code: 0, stdout: expect.stringContaining(': kept: ') });
    expect(await unit('--clean')).toMatchObject({ code: 0, stdout: expect.stringContaining('4 results of parts') });
  }, 60_000);

  it('keeps out of the way of `ftu run`, and the other way round', async () => {
    const changed = ['--set', 'steps.predictions.settings.threshold=0.4', '--threads', '1', '--out', at('units')];
    const slide = 'predictions/slide/synth-2-03';
    const lock = await lockFolder(at('units'));
    const waits = await ftu('unit', at('recipe.yaml'), slide, ...changed);
    expect(waits).toMatchObject({ code: 75, stdout: expect.stringContaining('`ftu run` is at work in this folder') });
    await lock.release();
    const attempt = await beginAttempt(at('units/.units/predictions/gather/0123'));
    const refused = await ftu('run', at('recipe.yaml'), ...changed);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('units of this experiment are at work') });
    await attempt.end();
  }, 60_000);

  it('sets aside what fails again and again, until somebody has looked', async () => {
    await writeFile(at('bad.png'), 'this is no picture');
    await writeFile(at('bad.csv'), 'id,image,mpp\nbad,bad.png,4\n');
    const bad = ['--set', 'slides.test.table=bad.csv', '--set', 'slides.test.where=id=bad', '--out', at('units')];
    const run = (...args: readonly string[]): Promise<Outcome> => ftu('unit', at('recipe.yaml'), ...args, ...bad);
    const slide = 'predictions/slide/bad';
    const untilSetAside = (): Promise<Outcome> => run(slide, '--until-set-aside');
    expect(await run(slide)).toMatchObject({ code: 1, stderr: expect.stringContaining('bad.png') });
    expect(await untilSetAside()).toMatchObject({ code: 75, stdout: expect.stringContaining('is tried again') });
    expect(await untilSetAside()).toMatchObject({ code: 1, stderr: expect.stringContaining('bad.png') });
    expect(await untilSetAside()).toMatchObject({ code: 1, stderr: expect.stringContaining('it is set aside') });
    const { stdout } = await run('--list');
    expect(stdout).toMatch(/predictions\/slide\/bad +set aside: it failed 3 times, the last: .*bad\.png/);
    expect(stdout).toMatch(/predictions\/gather +set aside: it needs predictions\/slide\/bad/);
    expect(stdout).toMatch(/report\/gather +ready/);
    expect(await run('predictions/gather')).toMatchObject({ code: 1, stderr: expect.stringContaining('is set aside') });
    await run('--clean');
    expect((await run('--list')).stdout).toMatch(/predictions\/slide\/bad +ready/);
    expect(await run(slide, '--set-aside', 'it was killed')).toMatchObject({ code: 0 });
    expect((await run('--list')).stdout).toContain('set aside: it failed 3 times, the last: it was killed');
    expect((await run('data/gather', '--set-aside', 'x')).stdout).toContain('it is done, and stays so');
  }, 60_000);

  it('refuses files outside the root, and options that do nothing', async () => {
    const outside = await ftu('unit', at('recipe.yaml'), '--out', at('units'), '--root', at('slides'), '--list');
    expect(outside).toMatchObject({ code: 1, stderr: expect.stringContaining('lies outside the root') });
    expect(await ftu('unit', at('slides'), '--list')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not say which recipe it is of'),
    });
    expect(await unit('data/gather', '--list')).toMatchObject({ code: 2 });
    expect(await unit('--list', '--walltime', '5')).toMatchObject({ code: 2 });
    expect(await unit('--list', '--set', 'seed=1')).toMatchObject({ code: 2 });
  });
});
