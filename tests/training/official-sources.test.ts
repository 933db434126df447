/** A recipe whose official slides come from two tables: both validate, and both count wherever validated slides are looked at. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ftu } from '../../packages/cli/tests/run.js';
import { writeDiscSlides } from '../../packages/train/tests/discs.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-official-'));
  process.env.FTUSEG_CACHE = at('cache');
  // Slides of both tables have the same ids and sizes.
  await writeDiscSlides(at('here'), 3);
  await writeDiscSlides(at('there'), 4);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = `
      encoder: tu-test_efficientnet
      encoderWeights: none
      decoder: linknet
      foldCount: 2
      folds: all
      batchSize: 2
      epochs: 1
      samplesPerEpoch: 4
      workers: 1`;
const training = (name: string, seed: number): string => `  ${name}:
    do: train
    data: here
    sources: { other: { data: there, role: official } }
    settings:${settings}
      seed: ${seed}
`;
const recipe = `name: two
slides:
  here: { table: here }
  there: { table: there }
steps:
  here: { do: prepare, slides: here, micronsPerPixel: 0.5, tile: 64 }
  there: { do: prepare, slides: there, micronsPerPixel: 0.5, tile: 64 }
${training('one', 1)}${training('two', 2)}  greedy: { do: select, from: [one, two], ensemble: greedy, rounds: 2, settings: { views: none } }
  tuned: { do: tune, models: one, search: [threshold], settings: { views: none } }
`;

const recordSchema = z.object({
  summary: z.string(),
  expected: z.object({ items: z.array(z.object({ unit: z.string(), count: z.number() })) }),
  output: z.looseObject({ reasons: z.array(z.string()).optional(), slides: z.int().optional() }),
});
const recordOf = async (step: string): Promise<z.output<typeof recordSchema>> =>
  recordSchema.parse(JSON.parse(await readFile(at('run', step, 'step.json'), 'utf8')));

describe.skipIf(!torchAvailable())('official slides of two tables (needs libtorch: make libtorch)', () => {
  it('are all looked at by selection and tuning, and in estimates', async () => {
    await writeFile(at('recipe.yaml'), recipe);
    const { code, stderr } = await ftu('run', at('recipe.yaml'), '--out', at('run'), '--threads', '1');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect((await recordOf('greedy')).output.reasons?.[0]).toContain('out-of-fold Dice over 7 slides');
    const { expected, output } = await recordOf('tuned');
    expect(output.slides).toBe(7);
    expect(expected.items.find(({ unit }) => unit === 'scored slide')?.count).toBe(7);
  });
});
