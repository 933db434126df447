/** The measures of the page against `objects.csv`, and of what was changed against the masks and maps that `ftu predict` wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCsv } from '@ftuseg/files';
import { readLabelImage } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measuresOfStudio } from '../src/server/measures/measure-service.js';
import { measureRoutes } from '../src/server/measures/routes.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

let studio: SmallStudio;
beforeAll(async () => {
  studio = await smallStudio();
}, 60_000);
afterAll(() => studio.remove());

const numbers = {
  area_um2: 'areaUm2',
  area_px: 'areaPx',
  perimeter_um: 'perimeterUm',
  perimeter_px: 'perimeterPx',
  equivalent_diameter_um: 'equivalentDiameterUm',
  equivalent_diameter_px: 'equivalentDiameterPx',
  circularity: 'circularity',
} as const;

async function lines(folder: string) {
  return (await readCsv(join(folder, 'objects.csv'))).rows.map(({ cells }) => cells);
}

/** The table of objects as corrected. */
async function corrected(): Promise<string> {
  let text = '';
  for await (const piece of measuresOfStudio(studio.context).tableOf(studio.slide)) text += piece;
  return text;
}

const ask = async (path: string) => {
  const answer = await measureRoutes(studio.context).request(path);
  const body: ReturnType<typeof JSON.parse> = await answer.json();
  return { status: answer.status, body };
};

describe('measures', () => {
  it('are those of objects.csv, and computed anew from exact outlines they are the same to 1e-6', async () => {
    await studio.predict('exact', { outlines: 'exact', temperature: 1.7 });
    const written = await lines(studio.predictions[0]?.folder ?? '');
    expect(written).toHaveLength(3);
    const features = JSON.parse(await readFile(join(studio.folder, 'exact/geojson/a.geojson'), 'utf8')).features;
    for (const [i, line] of written.entries()) {
      const id = line.object ?? '';
      const given = (await ask(`/api/slides/s-a/objects/${id}`)).body;
      expect(given).toMatchObject({ measuredOn: 'prediction', meanProbability: Number(line.mean_probability) });
      for (const [column, name] of Object.entries(numbers)) expect(given[name]).toBe(Number(line[column]));
      // As if it had been drawn again, corner by corner.
      const { coordinates, type } = features[i].geometry;
      const polygons = (type === 'Polygon' ? [coordinates] : coordinates).map((rings: number[][][]) =>
        rings.map((ring) => ring.slice(0, -1).flat()),
      );
      studio.corrections.changed.set(id, { id, class: 'glomerulus', polygons });
      const anew = (await ask(`/api/slides/s-a/objects/${id}`)).body;
      expect(anew.measuredOn).toBe('outline');
      for (const [column, name] of Object.entries(numbers)) {
        expect(Math.abs(anew[name] / Number(line[column]) - 1), `${name} of ${id}`).toBeLessThan(1e-6);
      }
      const { centroid_x_px: x, centroid_y_px: y } = line;
      expect(Math.hypot(anew.centroidPx[0] - Number(x), anew.centroidPx[1] - Number(y))).toBeLessThan(1e-4);
      expect(anew.boxPx).toEqual(
        [line.box_x_px, line.box_y_px, line.box_width_px, line.box_height_px].map((cell) => Number(cell)),
      );
      // The map is tempered and in octets: the mean comes back to within what an octet is worth.
      expect(Math.abs(anew.meanProbability - Number(line.mean_probability))).toBeLessThan(0.004);
    }
    studio.corrections.changed.clear();
  });

  it('of a simplified outline are the mask’s as long as nobody changes it', async () => {
    const { id: prediction, folder } = await studio.predict('simplified');
    for (const line of await lines(folder)) {
      const { body } = await ask(`/api/slides/s-a/objects/${line.object}?prediction=${prediction}`);
      expect(body).toMatchObject({ measuredOn: 'prediction', areaPx: Number(line.area_px) });
    }
  });

  it('of the slide follow what was deleted, drawn and rejected', async () => {
    const mask = await readLabelImage(join(studio.folder, 'exact/masks/a.tif'));
    const before = (await ask('/api/slides/s-a/measures')).body;
    const { mean, values } = before.histograms.glomerulus;
    expect(before.counts).toEqual({ glomerulus: 3 });
    expect(mean * values).toBeCloseTo(mask.data.filter((value) => value > 0).length / 4, 6);
    const [first] = await lines(join(studio.folder, 'exact'));
    studio.corrections.changed.set(first?.object ?? '', null);
    const polygons = [[[0, 0, 20, 0, 20, 10, 0, 10]]];
    studio.corrections.changed.set('drawn', { id: 'drawn', class: 'glomerulus', polygons });
    studio.corrections.changed.set('area', { id: 'area', class: 'complete', polygons });
    studio.corrections.revision++;
    const after = (await ask('/api/slides/s-a/measures')).body;
    expect(after.counts).toEqual({ glomerulus: 3 });
    const sum = after.histograms.glomerulus.mean * after.histograms.glomerulus.values;
    expect(sum).toBeCloseTo(mean * values - Number(first?.area_um2) + 50, 6);
    expect((await ask(`/api/slides/s-a/objects/${first?.object}`)).status).toBe(404);
    expect((await ask('/api/slides/s-a/objects/drawn')).body).toMatchObject({ areaUm2: 50, measuredOn: 'outline' });
    // What was rejected counts nowhere, of the prediction's as of what was drawn.
    const second = (await lines(join(studio.folder, 'exact')))[1]?.object ?? '';
    for (const id of [second, 'drawn']) studio.corrections.decisions.set(id, 'rejected');
    studio.corrections.revision++;
    const left = (await ask('/api/slides/s-a/measures')).body;
    expect(left.counts).toEqual({ glomerulus: 1 });
    expect((await ask(`/api/slides/s-a/objects/${second}`)).status).toBe(404);
    const table = await corrected();
    const [head = '', , , third = ''] = (await readFile(join(studio.folder, 'exact/objects/a.csv'), 'utf8')).split(
      '\n',
    );
    expect(table).toBe(`${head},corrected,review\n${third},no,\n`);
    studio.corrections.decisions.clear();
    studio.corrections.changed.delete('area');
    const all = (await corrected()).trimEnd().split('\n');
    expect(all).toHaveLength(4);
    expect(all.at(-1)).toMatch(/^a,drawn,glomerulus,50,200,.*,yes,$/);
  });

  it.each(['/api/slides/nobody/measures', '/api/slides/s-a/objects/nothing', '/api/slides/s-a/objects/x?prediction=y'])(
    'answer %s with a sentence',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404, body: { problem: expect.stringContaining('no such') } });
    },
  );
});
