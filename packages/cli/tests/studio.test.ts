/** `ftu studio` over all that it opens, until Ctrl-C. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { openerOf } from '../src/commands/studio/open-browser.js';
import { runFtu } from '../src/program.js';
import { ftu } from './run.js';

const [WIDTH, HEIGHT] = [200, 150];
let folder: string;
const at = (name: string): string => join(folder, name);

/** A dark square that the model calls foreground; the mask is one of another size. */
async function writeSquare(id: string, side: number): Promise<void> {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(230);
  const mask = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 40; y < 40 + side; y++) {
    rgb.fill(40, (y * WIDTH + 40) * 3, (y * WIDTH + 40 + side) * 3);
    mask.fill(255, y * WIDTH + 40, y * WIDTH + 30 + side);
  }
  await writePng(at(`${id}.png`), raster(WIDTH, HEIGHT, 3, rgb));
  await writePng(at(`${id}-mask.png`), raster(WIDTH, HEIGHT, 1, mask));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-studio-'));
  for (const [id, side] of [
    ['a', 50],
    ['b', 70],
  ] as const)
    await writeSquare(id, side);
  await writeFile(at('slides.csv'), 'id,image,mask,mpp\na,a.png,a-mask.png,1\nb,b.png,b-mask.png,1\n');
  const weight = new Array<number>(27).fill(-1);
  await writeFile(at('dark.onnx'), convolutionModel({ weight, bias: 12 }, { downsample: 1 }));
  const { code, stderr } = await ftu(
    'predict',
    '--model',
    at('dark.onnx'),
    '--slides',
    at('slides.csv'),
    '--out',
    at('predictions'),
    '--include-background',
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Opened {
  readonly stderr: () => string;
  readonly json: (path: string) => Promise<unknown>;
  readonly stop: () => Promise<number>;
}

async function open(...args: readonly string[]): Promise<Opened> {
  const abort = new AbortController();
  let stderr = '';
  let address = (_: string): void => undefined;
  const said = new Promise<string>((resolve) => {
    address = resolve;
  });
  const ended = runFtu(['studio', ...args, '--no-open'], {
    signal: abort.signal,
    stdout: (text) => address(text.trim()),
    stderr: (text) => {
      stderr += text;
    },
  });
  const first = await Promise.race([said, ended.then((code) => Promise.reject(new Error(`${code}: ${stderr}`)))]);
  const cookie = (await fetch(first)).headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    stderr: () => stderr,
    json: async (path) => (await fetch(new URL(path, first), { headers: { cookie } })).json(),
    stop: () => {
      abort.abort('SIGINT');
      return ended;
    },
  };
}

/** Both squares have the Dice that the studio finds by itself, and none that an evaluation said. */
async function expectScored(run: string): Promise<void> {
  const studio = await open(run);
  const dice = async (): Promise<unknown> =>
    ((await studio.json('/api/slides')) as { dice?: number }[]).map((slide) => slide.dice);
  await expect.poll(dice, { timeout: 20_000 }).toEqual([expect.closeTo(0.888), expect.closeTo(0.923)]);
  await studio.stop();
}

describe('ftu studio', () => {
  it('opens a table with a prediction: counts, thresholds, and the Dice of ftu evaluate', async () => {
    const studio = await open(at('slides.csv'), '--predictions', at('predictions'));
    expect(studio.stderr()).toContain(`corrections are kept in ${at('slides-studio')}`);
    expect(await studio.json('/api/session')).toMatchObject({
      title: 'slides.csv',
      truth: true,
      predictions: [{ name: 'predictions', thresholds: { glomerulus: 0.5 } }],
    });
    const { stdout } = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at('predictions'), '--json');
    const scores = (JSON.parse(stdout) as { slides: { id: string; dice: number }[] }).slides;
    type Row = { name: string; dice?: number; counts: object };
    let rows: Row[] = [];
    await expect
      .poll(
        async () => {
          rows = (await studio.json('/api/slides')) as Row[];
          return rows.every(({ dice }) => dice !== undefined);
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(rows.map(({ name, dice }) => ({ id: name, dice }))).toEqual(scores.map(({ id, dice }) => ({ id, dice })));
    expect(rows[0]?.dice).toBeLessThan(0.95);
    const report = JSON.parse(await readFile(join(at('predictions'), 'predictions.json'), 'utf8')) as {
      slides: { facts: { count: number } }[];
    };
    expect(rows.map(({ counts }) => counts)).toEqual(report.slides.map(({ facts }) => ({ glomerulus: facts.count })));
    expect(report.slides[0]?.facts.count).toBeGreaterThan(0);
    const second = await ftu('studio', at('slides.csv'), '--no-open');
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/slides-studio: .*another folder/)]);
    expect(await studio.stop()).toBe(130);
    expect(studio.stderr()).toContain('the studio has ended');
    expect(await readdir(at('slides-studio'))).not.toContain('.ftu-lock');
  });

  it('opens the folder of a prediction, with the slides that it names', async () => {
    const studio = await open(at('predictions'), '--work', at('elsewhere'));
    expect(studio.stderr()).toContain(at('elsewhere'));
    expect(await studio.json('/api/session')).toMatchObject({ title: 'predictions', truth: false });
    expect(await studio.json('/api/slides')).toMatchObject([
      { name: 'a', width: WIDTH },
      { name: 'b', width: WIDTH },
    ]);
    expect(await studio.stop()).toBe(130);
  });

  it('opens one slide without a prediction, and a folder of slides', async () => {
    const one = await open(at('a.png'));
    expect(await one.json('/api/slides')).toMatchObject([{ name: 'a', counts: {} }]);
    expect(await one.json('/api/session')).toMatchObject({
      predictions: [],
      classes: [{ name: 'glomerulus' }, { name: 'complete' }, { name: 'ignore' }],
    });
    await one.stop();
    await mkdir(at('pictures'));
    for (const name of ['a.png', 'b.png']) await cp(at(name), join(at('pictures'), name));
    const several = await open(at('pictures'));
    expect(await several.json('/api/slides')).toMatchObject([{ name: 'a' }, { name: 'b' }]);
    await several.stop();
  });

  it('opens a run that was moved, by its recipe with truth and the scores of its evaluation', async () => {
    const run = at('run');
    const output = { predictions: '/gone/find/predictions', models: [], slides: 2, secondsPerSlide: 1 };
    const done = { format: 1, fingerprint: 'f', status: 'done', seconds: 1, peakBytes: null, summary: '', digest: 'd' };
    await mkdir(join(run, 'find'), { recursive: true });
    await mkdir(join(run, 'scores'));
    await cp(at('predictions'), join(run, 'find', 'predictions'), { recursive: true });
    await writeFile(join(run, 'find', 'step.json'), JSON.stringify({ ...done, output }));
    const evaluation = {
      evaluation: '/gone/scores/evaluation.json',
      pictures: '',
      meanDice: 0.5,
      slides: 2,
      picturesSeen: [],
      scored: 'd',
    };
    const scores = (scored: string): Promise<void> =>
      writeFile(join(run, 'scores', 'step.json'), JSON.stringify({ ...done, output: { ...evaluation, scored } }));
    await scores('d');
    await writeFile(join(run, 'scores', 'evaluation.json'), JSON.stringify({ slides: [{ id: 'a', dice: 0.25 }] }));
    const bare = await open(run);
    expect(bare.stderr()).toContain('the run holds no recipe, so that truth is not known');
    expect(await bare.json('/api/session')).toMatchObject({ truth: false, predictions: [{ name: 'find' }] });
    await bare.stop();
    await writeFile(
      join(run, 'recipe.yaml'),
      'name: try\nslides:\n  all: { table: ../slides.csv }\nsteps:\n  data: { do: prepare, slides: all, downsample: 1, tile: 64 }\n',
    );
    const whole = await open(run);
    expect(await whole.json('/api/session')).toMatchObject({
      title: 'run',
      truth: true,
      predictions: [{ name: 'find' }],
    });
    expect(await whole.json('/api/slides')).toMatchObject([{ name: 'a', dice: 0.25 }, { name: 'b' }]);
    expect(whole.stderr()).toContain(join(run, 'studio'));
    await whole.stop();
    // Scores of other predictions than those that lie there, or of other labels, are found anew.
    await scores('of the predictions before');
    await expectScored(run);
    await scores('d');
    await writeFile(at('a-mask.png'), await readFile(at('a-mask.png')));
    await expectScored(run);
  });

  it('refuses in one sentence what it cannot open', async () => {
    const refused = async (...args: string[]): Promise<[number, string]> => {
      const { code, stderr } = await ftu('studio', ...args, '--no-open');
      return [code, stderr];
    };
    expect(await refused()).toEqual([2, expect.stringContaining('ftu studio needs slides or --predictions DIR')]);
    expect(await refused(at('none.csv'))).toEqual([1, expect.stringContaining('there is no such file')]);
    expect(await refused(at('slides.csv'), '--predictions', at('pictures'))).toEqual([
      1,
      expect.stringContaining('there is no predictions.json'),
    ]);
    expect(await refused(at('slides.csv'), '--host', '0.0.0.0')).toEqual([
      1,
      expect.stringContaining('needs --token-file'),
    ]);
    expect(await refused(at('slides.csv'), '--model', at('none.onnx'))).toEqual([
      1,
      expect.stringContaining('none.onnx: there is no such file'),
    ]);
    expect(await refused(at('slides.csv'), '--work', at('a.png'))).toEqual([
      1,
      expect.stringMatching(/a\.png: .*--work/),
    ]);
    await writeFile(at('other.csv'), 'id,image\nc,a.png\n');
    expect(await refused(at('other.csv'), '--predictions', at('predictions'))).toEqual([
      1,
      expect.stringContaining('it has none of the slides'),
    ]);
    await mkdir(join(at('begun'), 'unfinished'), { recursive: true });
    expect(await refused(at('begun'))).toEqual([
      1,
      expect.stringContaining('give a folder that `ftu predict` has finished'),
    ]);
    const damaged = at('damaged');
    await mkdir(damaged);
    const report = JSON.parse(await readFile(join(at('predictions'), 'predictions.json'), 'utf8')) as object;
    await writeFile(join(damaged, 'predictions.json'), JSON.stringify({ ...report, models: [] }));
    expect(await refused(damaged)).toEqual([1, expect.stringContaining('this is not a report of ftu predict')]);
  });

  it('opens a browser where there is a screen', () => {
    const address = 'http://127.0.0.1:1/?token=a&b';
    expect(openerOf(address, 'linux', {})).toBeUndefined();
    expect(openerOf(address, 'linux', { DISPLAY: ':0' })).toEqual({ program: 'xdg-open', words: [address] });
    expect(openerOf(address, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })?.program).toBe('xdg-open');
    expect(openerOf(address, 'darwin', {})).toEqual({ program: 'open', words: [address] });
    expect(openerOf(address, 'win32', {})?.words.at(-1)).toBe(address);
  });
});
