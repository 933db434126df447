/** The way to a submission on Kaggle: slides as hidden ones may be, and the package of the program as a notebook runs it. */
import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCsv } from '@ftuseg/files';
import { writeHubmapFolder } from '@ftuseg/synth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../tests/convolution-model.js';
import { ftu } from './run.js';

const run = promisify(execFile);
const python = ((): string | undefined => {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim();
  } catch {
    return undefined;
  }
})();

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
/** Ids in the list's order. */
let ids: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-notebook-'));
  await mkdir(at('input', 'models'), { recursive: true });
  await writeFile(at('input/models/dark.onnx'), convolutionModel(darkness, { downsample: 4 }));
  await writeHubmapFolder({ out: at('made'), seed: 5, train: 1, test: 3, extra: 0, tiles: 0, sides: [320, 400] });
  await cp(at('made/hubmap'), at('input/competition'), { recursive: true });
  ids = (await readCsv(at('input/competition/sample_submission.csv'))).rows.map(({ cells }) => cells.id ?? '');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const predict = (out: string, ...more: string[]) =>
  ftu(
    'predict',
    '--model',
    at('input/models/dark.onnx'),
    '--slides',
    at('input/competition/test'),
    '--out',
    at(out),
    '--outputs',
    'none',
    '--downsample',
    '2',
    ...more,
  );

const submission = async (out: string): Promise<[string, boolean][]> =>
  (await readCsv(at(out, 'submission.csv'))).rows.map(({ cells }) => [cells.id ?? '', cells.predicted !== '']);

describe('ftu synth --layout hubmap', () => {
  it('refuses what it has no say in', async () => {
    const synth = (...more: string[]) => ftu('synth', '--layout', 'hubmap', ...more);
    const width = await synth('--out', at('x'), '--width', '100');
    expect(width).toMatchObject({ code: 2, stderr: expect.stringContaining('--width has no say in --layout hubmap') });
    expect(await synth('x.tif')).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --out DIR') });
    expect(await ftu('synth', '--out', at('x'), '--stated-scale')).toMatchObject({ code: 2 });
  });
});

describe('ftu predict on test slides', () => {
  it('keeps the order of the list', async () => {
    expect(await predict('whole')).toMatchObject({ code: 0, stderr: '' });
    expect(await submission('whole')).toEqual(ids.map((id) => [id, true]));
    expect(ids).not.toEqual([...ids].sort());
  }, 60_000);

  it('takes their scale from a flag, and refuses to guess it', async () => {
    await writeFile(at('microns.onnx'), convolutionModel(darkness, { micronsPerPixel: 1 }));
    const by = (...more: string[]) =>
      ftu(
        'predict',
        '--model',
        at('microns.onnx'),
        '--slides',
        at('input/competition/test'),
        '--out',
        at('scaled'),
        '--outputs',
        'none',
        ...more,
      );
    expect(await by()).toMatchObject({ code: 1, stderr: expect.stringContaining('--microns-per-pixel') });
    expect((await by('--microns-per-pixel', '0.5')).code).toBe(0);
    const { slides } = JSON.parse(await readFile(at('scaled/predictions.json'), 'utf8'));
    expect(slides.map(({ downsample }: { downsample: number }) => downsample)).toEqual([2, 2, 2]);
    // Its table says each slide's own scale.
    const table = ['--slides', at('made/test-truth.csv'), '--model', at('microns.onnx'), '--out', at('table')];
    expect((await ftu('predict', ...table, '--outputs', 'none')).code).toBe(0);
    const own = JSON.parse(await readFile(at('table/predictions.json'), 'utf8'));
    expect(own.slides.map(({ downsample }: { downsample: number }) => downsample).sort()).toEqual([1 / 0.65, 2, 2.5]);
  }, 60_000);

  it('refuses broken and missing slides, or leaves their lines empty, and says so', async () => {
    const [broken = '', missing = ''] = ids;
    const test = at('input/competition/test');
    const whole = await readFile(join(test, `${broken}.tiff`));
    await writeFile(join(test, `${broken}.tiff`), whole.subarray(0, 100));
    const withheld = await predict('withheld');
    expect(withheld).toMatchObject({ code: 1, stderr: expect.stringContaining(`"${broken}"`) });
    expect(await readdir(at('withheld'))).not.toContain('submission.csv');
    await rm(join(test, `${missing}.tiff`));
    const refused = await predict('refused');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(`no slide is there for ${missing}`) });
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    const empty = await predict('empty', '--on-failure', 'empty');
    expect(empty.code).toBe(3);
    expect(empty.stderr).toMatch(`no slide is there for ${missing}`);
    expect(empty.stderr).toMatch(`2 of 3 slides could not be predicted: "${broken}"`);
    expect(await submission('empty')).toEqual(ids.map((id, i) => [id, i === 2]));
    const text = await readFile(at('empty/submission.csv'), 'utf8');
    expect(text.startsWith(`id,predicted\n${broken},\n${missing},\n`)).toBe(true);
  }, 60_000);

  it('refuses flags that would do nothing', async () => {
    expect(await predict('dry', '--dry-run', '--max-hours', '1')).toMatchObject({ code: 2 });
    expect(await predict('none', '--max-hours', '0')).toMatchObject({ code: 2 });
  });
});

describe('ftu publish --code', () => {
  const publish = (...more: string[]) =>
    ftu(
      'publish',
      '--code',
      '--out',
      at('upload'),
      '--title',
      'ftuseg for notebooks',
      '--id',
      'ada/ftuseg',
      '--dry-run',
      ...more,
    );

  it.skipIf(python === undefined || process.platform !== 'linux')(
    'packs what predicts in an empty place, by the notebook (needs python3)',
    async () => {
      const done = await publish('--node', 'none', '--settings', '--downsample 2', '--models', 'ada/models');
      expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('kaggle kernels push -p') });
      const metadata = JSON.parse(await readFile(at('upload/notebook/kernel-metadata.json'), 'utf8'));
      expect(metadata).toMatchObject({
        id: 'ada/ftuseg-notebook',
        code_file: 'predict.ipynb',
        enable_internet: false,
        dataset_sources: ['ada/ftuseg', 'ada/models'],
        competition_sources: ['hubmap-kidney-segmentation'],
      });
      const notebook = JSON.parse(await readFile(at('upload/notebook/predict.ipynb'), 'utf8'));
      expect([notebook.nbformat, notebook.cells.length]).toEqual([4, 2]);
      await writeFile(at('cell.py'), notebook.cells[1].source.join(''));

      // As Kaggle has it: the archive unpacked below the data set's name.
      const unzip = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
      await run(python ?? '', ['-c', unzip, at('upload/ftuseg.zip'), at('input/ftuseg')]);
      const packed = await readdir(at('input/ftuseg'), { recursive: true });
      expect(packed).toContain('ftu/node_modules/@ftuseg/cli/bin/ftu.js');
      expect(packed.filter((name) => /\.d\.ts$|node-gyp|win32|darwin/.test(name))).toEqual([]);
      for (const name of ['working', 'bin', 'home']) await mkdir(at(name));
      await symlink(process.execPath, at('bin/node'));
      const env = { PATH: at('bin'), HOME: at('home'), FTU_INPUT: at('input'), FTU_WORKING: at('working') };
      const { stdout } = await run(python ?? '', [at('cell.py')], { cwd: at('home'), env });
      expect(stdout).toMatch(/WARNING: some slides have no mask/);
      expect(await submission('working')).toEqual(ids.map((id, i) => [id, i === 2]));
      expect(await readFile(at('working/submission.csv'), 'utf8')).toBe(
        await readFile(at('empty/submission.csv'), 'utf8'),
      );
    },
    120_000,
  );

  it('ends bad input with one sentence', async () => {
    expect(await publish('--files', folder)).toMatchObject({ code: 2 });
    expect(await publish('--node', at('input/models/dark.onnx'), '--models', 'x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('models "x": is not of the form user/slug'),
    });
    expect(await publish('--node', at('input/models/dark.onnx'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('lives on libraries of its system'),
    });
    const stray = ['publish', '--files', folder, '--out', at('x'), '--title', 'Some files', '--id', 'a/abc'] as const;
    expect(await ftu(...stray, '--settings', '--views d4')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--settings is for --code'),
    });
  });
});
