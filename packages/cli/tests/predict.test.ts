/** `ftu predict` as people run it: killed in the middle, on a damaged slide, with several models, with wrong settings. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRandom, raster } from '@ftuseg/core';
import { createModel, initialState, writeSafetensors } from '@ftuseg/nn';
import { writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../tests/convolution-model.js';
import { few, long } from '../../../tests/long.js';
import { ftu } from './run.js';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../bin/ftu.js', import.meta.url));
let folder: string;
const at = (name: string): string => join(folder, name);
const small = { decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 } as const;

/** Kidney pink with darker discs, some 60 pixels across. */
function picture(width: number, height: number) {
  const random = createRandom(4);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dark = Math.hypot((x % 100) - 50, (y % 90) - 45) < 30 ? 70 : 0;
      const noise = random.int(20);
      data.set([215 - dark + noise, 150 - dark + noise, 200 - dark + noise], (y * width + x) * 3);
    }
  }
  return raster(width, height, 3, data);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-predict-'));
  await writeFile(at('small.safetensors'), writeSafetensors(initialState(createModel(small), 1)));
  const network = ['--decoder', small.decoder, '--encoder', small.encoder, '--weights', at('small.safetensors')];
  for (const [name, size, mpp] of [
    ['a', '128', '1'],
    ['b', '96', '1.5'],
  ] as const) {
    const done = await ftu('export', ...network, '--tile-size', size, '--microns-per-pixel', mpp, at(`${name}.onnx`));
    expect(done.stderr).toBe('');
  }
  await writeFile(at('dark.onnx'), convolutionModel(darkness, { micronsPerPixel: 1, tileSize: 128 }));
  const two = ['--tile-size', '96', '--downsample', '1', '--classes', 'normal,sclerotic', at('two.onnx')];
  await writeFile(at('two.safetensors'), writeSafetensors(initialState(createModel({ ...small, classes: 2 }), 1)));
  await ftu('export', ...network.slice(0, 4), '--weights', at('two.safetensors'), ...two);
  const image = picture(1100, 200);
  await writePyramid(at('slide.tif'), { width: 1100, height: 200, channels: 3, micronsPerPixel: 1 }, [image]);
  await writeFile(at('slides.csv'), 'id,image\nslide,slide.tif\n');
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const predictBy = (model: string, out: string, ...more: string[]) =>
  ['predict', '--model', at(model), '--slides', at('slides.csv'), '--out', at(out), ...more] as const;
/** By a network that is one convolution: what the program does around it is the same. */
const predict = (out: string, ...more: string[]) => predictBy('dark.onnx', out, ...more);

/** Every file of a prediction whose bytes must not depend on how it went. */
async function bytesOf(out: string): Promise<Map<string, string>> {
  const names = (await readdir(at(out), { recursive: true })).filter((name) => /\.(tif|geojson|csv|jpg)$/.test(name));
  const files = await Promise.all(
    names.sort().map(async (name) => [name, (await readFile(at(`${out}/${name}`))).toString('base64')] as const),
  );
  return new Map(files);
}

/** Bands of the slide that are on disk. */
const bandsOf = async (out: string): Promise<number> =>
  (await readdir(at(`${out}/unfinished/slide`)).catch(() => [])).filter((name) => name.endsWith('.bin')).length;

/** Starts the program and kills it once it has finished so many bands; false when it had ended by itself before. */
async function killAt(out: string, bands: number, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'ignore' });
  let ended = false;
  const exit = new Promise<void>((resolve) =>
    child.on('exit', () => {
      ended = true;
      resolve();
    }),
  );
  while (!ended && (await bandsOf(out)) < bands) await setTimeout(5);
  const running = !ended;
  child.kill('SIGKILL');
  await exit;
  return running;
}

describe('ftu predict', () => {
  it('gives the same bytes with one thread and with two, after kill -9 or undisturbed', async () => {
    const crf = ['--crf', 'reference', '--model', at('b.onnx')];
    expect((await ftu(...predictBy('a.onnx', 'whole', ...crf))).code).toBe(0);
    const expected = await bytesOf('whole');
    expect([...expected.keys()]).toEqual([
      'geojson/slide.geojson',
      'masks/slide.tif',
      'objects.csv',
      'objects/slide.csv',
      'overlays/slide.jpg',
      'probability/slide.tif',
      'submission.csv',
      'summary.csv',
    ]);
    await ftu(...predictBy('a.onnx', 'one', ...crf, '--threads', '1'));
    expect(await bytesOf('one')).toEqual(expected);
    for (const bands of few([0, 1, 2, 3], 3))
      expect(await killAt('killed', bands, predictBy('a.onnx', 'killed', ...crf))).toBe(true);
    expect(await bandsOf('killed')).toBe(3);
    const done = await ftu(...predictBy('a.onnx', 'killed', ...crf));
    expect(done.code).toBe(0);
    expect(await bytesOf('killed')).toEqual(expected);
    expect(existsSync(at('killed/unfinished'))).toBe(false);
  }, 120_000);

  it('does not predict again what it has finished, unless something changed or it is told to', async () => {
    await ftu(...predict('again'));
    const { mtimeMs } = await stat(at('again/masks/slide.tif'));
    const second = await ftu(...predict('again'));
    expect(second.stdout).toMatch(/1 slide in .*, 1 of them from an earlier run/);
    expect((await stat(at('again/masks/slide.tif'))).mtimeMs).toBe(mtimeMs);
    for (const change of [['--threshold', '0.6'], ['--overwrite']]) {
      const third = await ftu(...predict('again', ...change));
      expect(third.stdout).not.toMatch(/earlier/);
    }
    expect((await stat(at('again/masks/slide.tif'))).mtimeMs).toBeGreaterThan(mtimeMs);
  }, 60_000);

  it('says how much was found, and on which slides nothing', async () => {
    const plain = raster(1100, 200, 3, new Uint8Array(1100 * 200 * 3).fill(250));
    await writePyramid(at('plain.tif'), { width: 1100, height: 200, channels: 3, micronsPerPixel: 1 }, [plain]);
    await writeFile(at('both.csv'), 'id,image\nslide,slide.tif\nplain,plain.tif\n');
    const asked = ['predict', '--model', at('dark.onnx'), '--slides', at('both.csv'), '--include-background'];
    const foundBy = async (out: string, ...more: string[]) =>
      (await ftu(...asked, '--out', at(out), ...more)).stdout.match(/^found: .*$/m)?.[0];
    // 22 discs, and the slide's border, where a convolution sees zeros.
    expect(await foundBy('both', '--minimum-area', '500')).toMatch(/^found: 23 objects; none on 1 of 2 slides: plain$/);
    expect(await foundBy('none', '--minimum-area', '5000')).toBe('found: 0 objects');
  }, 60_000);

  it('finishes a slide with a damaged tile, says what is missing, and ends with exit code 3', async () => {
    const bytes = await readFile(at('slide.tif'));
    // The pyramid's tiles lie one after the other behind the header: this is inside one of the first.
    const file = await open(at('damaged.tif'), 'w');
    await file.writeFile(Buffer.concat([bytes.subarray(0, 200), Buffer.alloc(3000), bytes.subarray(3200)]));
    await file.close();
    await writeFile(at('damaged.csv'), 'id,image\ndamaged,damaged.tif\nslide,slide.tif\n');
    const done = await ftu(
      'predict',
      '--model',
      at('dark.onnx'),
      '--slides',
      at('damaged.csv'),
      '--out',
      at('damaged'),
    );
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/parts of damaged could not be read and count as empty/);
    const { slides } = JSON.parse(await readFile(at('damaged/predictions.json'), 'utf8'));
    expect(slides[0].unreadable.length).toBeGreaterThan(0);
    expect(slides[1].unreadable).toEqual([]);
    expect((await readFile(at('damaged/submission.csv'), 'utf8')).split('\n').length).toBe(4);
  }, 60_000);

  it.runIf(long)(
    'takes no more memory for a slide of 256 megapixels than for a small one',
    async () => {
      const [side, band] = [16_000, 400];
      const tissue = picture(side, band);
      const background = raster(side, band, 3, new Uint8Array(side * band * 3).fill(240));
      const bands = Array.from({ length: side / band }, (_, i) => (i === 20 ? tissue : background));
      await writePyramid(at('large.tif'), { width: side, height: side, channels: 3, micronsPerPixel: 0.25 }, bands);
      await writeFile(at('large.csv'), 'id,image\nlarge,large.tif\n');
      const args = ['predict', '--model', at('dark.onnx'), '--slides', at('large.csv'), '--out', at('large')];
      const report = `process.on('exit', () => process.stdout.write('peak ' + process.resourceUsage().maxRSS));`;
      const script = `${report} process.argv = ['node', 'ftu', ...${JSON.stringify(args)}]; await import(${JSON.stringify(main)});`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
      const megabytes = Number(/peak (\d+)/.exec(stdout)?.[1]) / 1024;
      // The mask alone would be 256 MB, the slide 768.
      expect(megabytes).toBeLessThan(650);
      const { slides } = JSON.parse(await readFile(at('large/predictions.json'), 'utf8'));
      expect(slides[0]).toMatchObject({ status: 'predicted', width: side });
    },
    120_000,
  );

  it('says beforehand what it will take', async () => {
    const done = await ftu(...predict('dry', '--dry-run', '--views', 'd4'));
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/slide +1100 x 200 +\d+ +\d+ MB +\d+ s\n1 slide, \d+ tiles at most/);
    expect(existsSync(at('dry'))).toBe(false);
  }, 60_000);

  it('takes settings from a file, over which flags win', async () => {
    await writeFile(at('settings.json'), JSON.stringify({ threshold: 0.7, views: 'reference', run: { any: 1 } }));
    await ftu(...predict('file', '--settings', at('settings.json'), '--views', 'none', '--outputs', 'none'));
    const { settings } = JSON.parse(await readFile(at('file/predictions.json'), 'utf8'));
    expect(settings).toMatchObject({ threshold: [0.7], views: 'none' });
    expect((await readdir(at('file'))).sort()).toEqual(['predictions.json', 'slides', 'submission.csv', 'summary.csv']);
  }, 60_000);

  it.each([
    { name: 'models with different classes', args: ['--model', 'two.onnx'], says: /must know the same classes/ },
    { name: 'an unknown output', args: ['--outputs', 'mask,picture'], says: /there is no output "picture"/ },
    { name: 'an unknown DenseCRF', args: ['--crf', 'strong'], says: /crf: there is no "strong"/ },
    { name: 'scales that are none', args: ['--scales', '1,big'], says: /scales are numbers/ },
    { name: 'a class that does not exist', args: ['--threshold', 'tubule=0.5'], says: /there is no class "tubule"/ },
    {
      name: 'a setting that does not exist',
      args: ['--settings', 'wrong.json'],
      says: /there is no "treshold"; did you mean "threshold"\?$/m,
    },
    { name: 'a device that is not here', args: ['--device', 'cuda'], says: /cannot use cuda here/ },
  ])(
    'refuses $name in one sentence',
    async ({ args, says }) => {
      await writeFile(at('wrong.json'), '{"treshold": 0.5}');
      const [flag = '', value = ''] = args;
      const done = await ftu(...predict('refused', flag, /\.(onnx|json)$/.test(value) ? at(value) : value));
      expect([done.code, done.stdout]).toEqual([1, '']);
      expect(done.stderr).toMatch(says);
      expect(done.stderr.trim().split('\n').length).toBe(1);
    },
    60_000,
  );

  it('finds that an accelerator is missing, and goes on without', async () => {
    const done = await ftu(...predict('auto', '--device', 'auto', '--outputs', 'none'));
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/dark\.onnx runs on /);
  }, 60_000);
});
