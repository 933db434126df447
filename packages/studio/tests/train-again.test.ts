/** From corrections to a new prediction by the program itself: nothing is played here, but the network is small and sees a handful of images. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { long } from '../../../tests/long.js';
import { jobRequestSchema } from '../src/jobs/job.js';
import { createJobs } from '../src/server/jobs/job-service.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

const ftu = [process.execPath, fileURLToPath(new URL('../../cli/bin/ftu.js', import.meta.url))];

let studio: SmallStudio;
beforeAll(async () => {
  studio = await smallStudio();
  await studio.predict('old');
  vi.stubEnv('FTUSEG_CACHE', join(studio.folder, 'cache'));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await studio.remove();
});

// Long: shorter ones look at the recipe and the steps, and whole runs are tested where they belong.
describe.runIf(long && torchAvailable())('train again (needs libtorch: make libtorch)', () => {
  it('prepares, trains and predicts by `ftu run`, and shows the new prediction', async () => {
    const polygons = [[[20, 30, 380, 30, 380, 500, 20, 500]]];
    studio.corrections.changed.set('area', { id: 'area', class: 'complete', polygons });
    const jobs = createJobs({ ...studio.context, ftu });
    const [model] = (await jobs.list()).models;
    const request = jobRequestSchema.parse({ kind: 'train', start: model?.id, epochs: 1, imagesPerEpoch: 2 });
    const { id, plan } = await jobs.start(request);
    expect(plan.notes[0]).toMatch(/starts at random/);
    const over = async () => {
      const view = await jobs.view(id);
      return view !== undefined && ['done', 'failed', 'stopped'].includes(view.state) ? view : undefined;
    };
    const view = await vi.waitUntil(over, { timeout: 170_000, interval: 200 });
    expect(view).toMatchObject({ state: 'done', problem: undefined });
    expect(view.progress.curves).toMatchObject([{ epoch: 1, epochs: 1, loss: expect.any(Number) }]);
    const folder = join(studio.context.workFolder, 'jobs', id);
    const data = JSON.parse(await readFile(join(folder, 'run/data/data/dataset.json'), 'utf8'));
    // Two of the three discs are in the complete area, and beyond it nothing is known.
    expect(data.slides[0].truth.used).toMatchObject([
      { name: 'complete', shapes: 1, as: ['annotated'] },
      { name: 'glomerulus', shapes: 2 },
    ]);
    expect(studio.predictions.at(-1)).toMatchObject({ id: view.prediction });
    const report = JSON.parse(await readFile(join(folder, 'run/predictions/predictions/predictions.json'), 'utf8'));
    expect(report.slides).toMatchObject([{ id: 'a', status: 'predicted' }]);
    // The trained network is at hand for the next training, with its weights.
    const choices = (await jobs.list()).models.map(({ trains }) => trains);
    expect(choices).toEqual([false, true, true]);
  }, 180_000);
});
