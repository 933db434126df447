/** `ftu tune` on models that are one convolution: what it promises must be what `ftu predict` and `ftu evaluate` then give. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Raster, raster } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../tests/convolution-model.js';
import { ftu } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const [WIDTH, HEIGHT] = [220, 140];

const inDisc = (x: number, y: number, shift: number): boolean => Math.hypot((x % 110) - 50 - shift, (y % 70) - 35) < 22;

function picture(shift: number): { image: Raster; mask: Raster } {
  const random = createRandom(shift);
  const [rgb, labels] = [new Uint8Array(WIDTH * HEIGHT * 3), new Uint8Array(WIDTH * HEIGHT)];
  for (let i = 0; i < labels.length; i++) {
    const inside = inDisc(i % WIDTH, Math.floor(i / WIDTH), shift);
    labels[i] = inside ? 1 : 0;
    const noise = random.int(20);
    rgb.set(
      [215, 150, 200].map((value) => value - (inside ? 90 : 0) + noise),
      i * 3,
    );
  }
  return { image: raster(WIDTH, HEIGHT, 3, rgb), mask: raster(WIDTH, HEIGHT, 1, labels) };
}

/** Takes somewhat too much for dark, by one more than by the other, so that there is something to tune. */
async function writeModel(path: string, bias: number, training: ModelCard['training']): Promise<void> {
  await writeFile(path, convolutionModel({ ...darkness, bias }, { tileSize: 96, micronsPerPixel: 4, training }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-tune-test-'));
  const lines = ['id,image,mask,mpp,donor'];
  const slides = [];
  for (const [i, id] of ['a', 'b', 'c'].entries()) {
    const { image, mask } = picture(4 * i);
    await writePng(at(`${id}.png`), image);
    await writePng(at(`${id}.mask.png`), mask);
    const columns = { id, image: `${id}.png`, mask: `${id}.mask.png`, mpp: '2', donor: i < 2 ? 'x' : 'y' };
    lines.push(Object.values(columns).join());
    slides.push({ id, columns, inputs: [{ path: at(`${id}.png`) }, { path: at(`${id}.mask.png`) }] });
  }
  await writeFile(at('slides.csv'), `${lines.join('\n')}\n`);
  await mkdir(at('data'));
  await writeFile(at('data/dataset.json'), JSON.stringify({ slides }));
  for (const [fold, validatedOn, trainedOn] of [
    ['run/fold-0', ['a', 'b'], ['c']],
    ['run/fold-1', ['c'], ['a', 'b']],
  ] as const) {
    await mkdir(at(fold), { recursive: true });
    await writeModel(at(`${fold}/model.onnx`), fold === 'run/fold-0' ? 42 : 44, {
      validatedOn: [...validatedOn],
      trainedOn: [...trainedOn],
    });
    await writeFile(at(`${fold}/config.yaml`), `data: data\nrun:\n  data: ${at('data')}\n`);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ftu tune', () => {
  it('finds settings for every fold of a run, and predicting with them scores what it said', async () => {
    const { code, stdout, stderr } = await ftu(
      'tune',
      '--run',
      at('run'),
      '--out',
      at('tuned.json'),
      '--views',
      'd4',
      '--group',
      'donor',
      '--search',
      'threshold,fillHoles,minimumArea,peak',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^setting +default +tuned\nthreshold +0\.5 /);
    expect(stdout).toContain('the other 1 of 2 groups');
    const { run, ...settings } = JSON.parse(await readFile(at('tuned.json'), 'utf8'));
    expect(settings).toMatchObject({ views: 'd4', crf: 'none' });
    expect(run.models).toEqual([at('run/fold-0/model.onnx'), at('run/fold-1/model.onnx')]);
    expect(run.dice.tuned).toBeGreaterThan(run.dice.default);
    expect(run.slides.map(({ id, group }: { id: string; group: string }) => id + group)).toEqual(['ax', 'bx', 'cy']);
    for (const [fold, where] of [
      ['fold-0', 'id=a|b'],
      ['fold-1', 'id=c'],
    ] as const) {
      const rows = ['--where', where];
      const model = at(`run/${fold}/model.onnx`);
      const to = ['--slides', at('slides.csv'), '--out', at(fold), '--settings', at('tuned.json'), ...rows];
      expect((await ftu('predict', '--model', model, ...to)).code).toBe(0);
      const scored = await ftu('evaluate', '--truth', at('slides.csv'), '--predictions', at(fold), '--json', ...rows);
      for (const { id, dice } of JSON.parse(scored.stdout).slides) {
        const said = run.slides.find((slide: { id: string }) => slide.id === id);
        expect(dice).toBeCloseTo(said.tuned, 12);
      }
    }
  }, 60_000);

  it('says in one note that it maps labels by number, where the data set of the run cannot be read', async () => {
    const moved = at('moved/fold-0');
    await mkdir(moved, { recursive: true });
    await writeFile(join(moved, 'model.onnx'), await readFile(at('run/fold-0/model.onnx')));
    await writeFile(join(moved, 'config.yaml'), `data: data\nrun:\n  data: ${at('gone')}\n`);
    const table = ['--slides', at('slides.csv'), '--search', 'threshold'];
    const { code, stderr } = await ftu('tune', '--run', at('moved'), ...table);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the data set of the run cannot be read \(.*gone.*\): labels 1, 2, \.\.\. stand for/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const told = await ftu('tune', '--run', at('moved'), ...table, '--classes', 'glomerulus=1');
    expect([told.code, told.stderr]).toEqual([0, '']);
  }, 60_000);

  it('takes models and slides that they never saw', async () => {
    const model = ['--model', at('run/fold-0/model.onnx')];
    const { code, stdout } = await ftu(
      'tune',
      ...model,
      '--slides',
      at('slides.csv'),
      '--where',
      'id!=c',
      '--search',
      'threshold',
      '--json',
    );
    expect(code).toBe(0);
    const tuning = JSON.parse(stdout);
    expect(tuning.slides.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    expect(tuning.tuned).toMatchObject({ crf: 'none', minimumArea: [0] });
    expect(tuning.dice.tuned).toBeGreaterThanOrEqual(tuning.dice.default);
    const seen = await ftu('tune', ...model, '--slides', at('slides.csv'));
    expect(seen.code).toBe(1);
    expect(seen.stderr).toMatch(/fold-0\/model\.onnx: the model was trained on c; tune on slides that it never saw/);
  }, 60_000);

  it.each([
    [[], 2, 'ftu tune needs --run DIR or --model'],
    [['--run', 'run', '--model', 'm.onnx'], 2, 'ftu tune takes --run or --model, one of them'],
    [['--model', 'm.onnx'], 2, '--model needs --slides'],
    [['--run', 'run', '--search', 'treshold'], 2, 'there is no "treshold"; there are threshold, crf'],
    [['--run', 'nowhere'], 1, 'nowhere: there is no folder of a run here'],
    [['--run', 'run', '--slides', 'other.csv'], 1, 'the slide table lacks b, which the model was validated on'],
    [['--run', 'run', '--group', 'centre'], 1, 'slide a has no value in column "centre"'],
    [['--run', 'run', '--merge', 'or'], 1, 'have no probabilities to tune'],
    [['--run', 'run', '--classes', 'normal=1'], 1, 'the model knows glomerulus, the classes are normal'],
    [['--run', 'old'], 1, 'config.yaml: does not say which data set the run had; give the slide table with --slides'],
  ])('says in one sentence what is wrong with %j', async (args, exit, says) => {
    await writeFile(at('other.csv'), 'id,image,mask\na,a.png,a.mask.png\nc,c.png,c.mask.png\n');
    await mkdir(at('old'), { recursive: true });
    await writeFile(at('old/model.onnx'), await readFile(at('run/fold-0/model.onnx')));
    await writeFile(at('old/config.yaml'), 'data: data\n');
    const files = args.map((word) => (/^(run|old|nowhere|other\.csv|m\.onnx)$/.test(word) ? at(word) : word));
    const { code, stdout, stderr } = await ftu('tune', ...files);
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([exit, '']);
  });
});
