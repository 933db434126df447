/** A table of small slides segmented and scored, and what happens when a piece is wrong. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@ftuseg/nn';
import { readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel, darkness } from '../../../../tests/convolution-model.js';
import { ftu } from '../run.js';
import { leftovers, makeSmallSlides, type SmallSlides } from './small-slides.js';

let small: SmallSlides;
const at = (name: string): string => small.at(name);

beforeAll(async () => {
  small = await makeSmallSlides();
  await writeFile(at('dark.onnx'), convolutionModel(darkness, { micronsPerPixel: 4 }));
  const weights = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
  await writeFile(at('weights.safetensors'), writeSafetensors(new Map([['logit.bias', weights]])));
}, 120_000);

afterAll(() => small.remove());

describe('ftu predict', () => {
  it('segments a table of slides', async () => {
    const done = await ftu(
      'predict',
      '--model',
      at('dark.onnx'),
      '--slides',
      at('slides'),
      '--out',
      at('out'),
      '--views',
      'reference',
    );
    expect(done.stderr).toBe('');
    expect(done.code).toBe(0);
    const ids = (await readSlideTable(at('slides'))).map((row) => row.id);
    for (const id of ids) expect(existsSync(at(`out/masks/${id}.tif`))).toBe(true);
    const lines = (await readFile(at('out/submission.csv'), 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('id,predicted');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(ids);
    const fromMasks = await ftu('evaluate', '--truth', at('slides'), '--predictions', at('out'), '--json');
    const fromCodes = await ftu(
      'evaluate',
      '--truth',
      at('slides'),
      '--predictions',
      at('out/submission.csv'),
      '--json',
    );
    const { calibration, ...scores } = JSON.parse(fromMasks.stdout);
    // A submission has no probabilities.
    expect(JSON.parse(fromCodes.stdout)).toEqual({ ...scores, calibration: null });
    expect(calibration).toMatchObject({ calibrated: null, objects: expect.any(Number) });
  }, 60_000);

  it('goes on after a bad slide, names it, and keeps back the submission', async () => {
    const table = await readFile(at('slides/slides.csv'), 'utf8');
    const [, first = ''] = table.split('\n');
    const image = first.split(',').find((cell) => cell.startsWith('images/')) ?? '';
    const whole = await readFile(join(at('slides'), image));
    await writeFile(at('slides/images/cut.png'), whole.subarray(0, Math.floor(whole.length / 2)));
    await writeFile(at('slides/cut.csv'), `id,image,mpp\ncut,images/cut.png,4\nwhole,${image},4\n`);
    const done = await ftu('predict', '--model', at('dark.onnx'), '--slides', at('slides/cut.csv'), '--out', at('cut'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/cut\.png/);
    expect(existsSync(at('cut/masks/whole.tif'))).toBe(true);
    expect(existsSync(at('cut/masks/cut.tif'))).toBe(false);
    expect(existsSync(at('cut/submission.csv'))).toBe(false);
    expect(await leftovers(at('cut'))).toEqual([]);
  }, 60_000);

  it.each([
    { name: 'a model that is not there', model: 'gone.onnx', says: /gone\.onnx.*no such file/ },
    { name: 'a model that is a table', model: 'slides/slides.csv', says: /slides\.csv.*not an ONNX/ },
    { name: 'a model that is weights', model: 'weights.safetensors', says: /weights\.safetensors.*has no model card/ },
  ])('refuses $name', async ({ model, says }) => {
    const done = await ftu('predict', '--model', at(model), '--slides', at('slides'), '--out', at('refused'));
    expect(done.stderr).toMatch(says);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.code).toBe(1);
    expect(existsSync(at('refused'))).toBe(false);
  });

  it('refuses slides without micrometres per pixel, and takes them from a flag', async () => {
    const [row] = await readSlideTable(at('slides'));
    await writeFile(at('bare.csv'), `id,image\na,${row?.image}\n`);
    const args = ['predict', '--model', at('dark.onnx'), '--slides', at('bare.csv'), '--out', at('bare')];
    const refused = await ftu(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/--microns-per-pixel/);
    const taken = await ftu(...args, '--microns-per-pixel', '4');
    expect(taken.code).toBe(0);
  }, 60_000);

  it('refuses an output folder that is a file', async () => {
    await writeFile(at('file'), '');
    const done = await ftu('predict', '--model', at('dark.onnx'), '--slides', at('slides'), '--out', at('file'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/file/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses an output folder without permission (not as root)', async () => {
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o500);
    const done = await ftu('predict', '--model', at('dark.onnx'), '--slides', at('slides'), '--out', at('locked/out'));
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/permission/);
  });
});
