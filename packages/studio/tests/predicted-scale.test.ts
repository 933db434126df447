/** The scale of slides of which only a prediction tells: the one that it took, which need not be the file's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { loadModel, predictTable } from '@ftuseg/infer';
import { openSlide, readSlideTable, writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { convolutionModel } from '../../../tests/convolution-model.js';
import type { SlideMeasures } from '../src/measures/answers.js';
import type { SlideSummary } from '../src/protocol/slides.js';
import { type RunningStudio, runStudio } from './running-studio.js';

let folder: string;
let running: RunningStudio;
const at = (name: string): string => join(folder, name);

/** A bright disc of a radius of 60 pixels on black. */
function picture() {
  const data = new Uint8Array(400 * 300 * 3);
  for (let i = 0; i < 400 * 300; i++) {
    if (Math.hypot((i % 400) - 200, Math.floor(i / 400) - 150) < 60) data.fill(250, 3 * i, 3 * i + 3);
  }
  return raster(400, 300, 3, data);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-scale-'));
  await writePng(at('silent.png'), picture());
  await writePyramid(at('wrong.tif'), { width: 400, height: 300, channels: 3, micronsPerPixel: 0.25 }, [picture()]);
  await writeFile(at('slides.csv'), 'id,image,mpp\nsilent,silent.png,0.5\nwrong,wrong.tif,0.5x0.5\n');
  const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
  await writeFile(at('bright.onnx'), convolutionModel({ weight, bias: -6 }, { micronsPerPixel: 1 }));
  const model = await loadModel(at('bright.onnx'));
  await predictTable(await readSlideTable(at('slides.csv')), [{ model, weight: 1 }], { out: at('found'), all: true });
  await model.close();
  running = await runStudio({ input: at('found'), predictions: [], work: at('work') });
}, 60_000);
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

const send = async (path: string, body: unknown, own = {}): Promise<void> => {
  const origin = `http://127.0.0.1:${running.studio.port}`;
  const headers = { origin, 'content-type': 'application/json', ...own };
  const answer = await running.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status, answer.body.toString()).toBeLessThan(300);
};

it('is that of the prediction in the list, in the numbers, and in what is exported', async () => {
  const slides = (await running.json('/api/slides')) as readonly SlideSummary[];
  expect(slides.map(({ name, pixelSize }) => [name, pixelSize])).toEqual([
    ['silent', { x: 0.5, y: 0.5 }],
    ['wrong', { x: 0.5, y: 0.5 }],
  ]);
  const written = (await readCsv(at('found/objects.csv'))).rows.map(({ cells }) => Number(cells.area_um2));
  expect(written).toHaveLength(2);
  for (const [i, { id }] of slides.entries()) {
    const { histograms, unit } = (await running.json(`/api/slides/${id}/measures`)) as SlideMeasures;
    expect([histograms.glomerulus?.mean, unit]).toEqual([written[i], 'um2']);
    const polygons = [[[120, 70, 280, 70, 280, 230, 120, 230]]];
    const object = { id: 'c0ffee00-0000-4000-8000-000000000001', class: 'complete', polygons };
    const edit = { kind: 'change', label: 'draw', changes: [{ kind: 'put', object }] };
    await send(`/api/slides/${id}/edits`, edit, { 'if-match': '"0"' });
  }
  await send('/api/export', {});
  const exported = await readSlideTable(at('work/export/slides.csv'));
  expect(exported.map(({ id, micronsPerPixel }) => [id, micronsPerPixel])).toEqual([
    ['silent', 0.5],
    ['wrong', 0.5],
  ]);
  for (const { id } of exported) {
    const mask = await openSlide(at(`work/export/masks/${id}.tif`));
    expect(mask.micronsPerPixel).toBeCloseTo(0.5, 6);
    await mask.close();
  }
});
