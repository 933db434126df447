/** Tiles that a cascade leaves out: inside the area nothing changes, batches stay full, and work that is taken up again gives the same bytes. */
import { createRandom, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import type { PredictedBand } from '../bands/predicted-band.js';
import { BlockMap } from '../cascade/block-map.js';
import { LookedAtArea } from '../cascade/looked-at-area.js';
import { TileChoice } from '../cascade/tile-choice.js';
import type { Level0State } from '../level0/level0-thresholder.js';
import { ensembleOf } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { predictBands } from './predict-bands.js';

const random = createRandom(8);
const [WIDTH, HEIGHT] = [340, 119];
const picture = paint(WIDTH, HEIGHT, (x, y) => 128 + 90 * Math.sin(x / 7) * Math.cos(y / 9) + random.int(20));
const slide = memorySlide(picture, 1);

/** Errs by the tile, and as a runtime may by the size of the batch. */
function erring(card: Parameters<typeof pixelModel>[1], batches: number[] = []): SegmentationModel {
  const plain = pixelModel(({ value, x, y, tile }) => (value - 0.5) * 8 + (x - y) / tile, card);
  const run: SegmentationModel['session']['run'] = async (batch, shape) => {
    batches.push(shape[0]);
    return (await plain.session.run(batch, shape)).map((logit) => logit + shape[0] * 1e-3);
  };
  return { ...plain, session: { ...plain.session, run } };
}

const planOf = (models: readonly SegmentationModel[], settings: object = {}): SlidePlan => {
  const ensemble = ensembleOf(models);
  return planSlide(slide, ensemble, resolveSettings({ all: true, ...settings }, ensemble));
};

/** A coarse map whose pixels are `value`, widened by 16 µm where they are of 4 µm. */
function areaOf(value: (x: number, y: number) => number, micronsPerPixel = 4, margin = 16): LookedAtArea {
  const [width, height] = [Math.round(WIDTH / micronsPerPixel), Math.round(HEIGHT / micronsPerPixel)];
  const map = new BlockMap({ width, height, micronsPerPixel });
  const octets = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  map.add(0, raster(width, height, 1, octets));
  return new LookedAtArea(map, map.widened(margin), 0.5, slide);
}
const two = areaOf((x, y) => (Math.hypot(x - 22, y - 10) < 4 || Math.hypot(x - 72, y - 22) < 3 ? 200 : 30));

async function collect(
  plan: SlidePlan,
  choice?: TileChoice,
  options: { readonly bandColumns?: number; readonly state?: Level0State } = {},
): Promise<PredictedBand[]> {
  const bands: PredictedBand[] = [];
  for await (const band of predictBands(slide, plan, { choice, ...options })) bands.push(band);
  return bands;
}

const valuesOf = (bands: readonly PredictedBand[]): number[] =>
  bands.flatMap(({ probability: { width, height, data } }) =>
    Array.from({ length: width * height }, (_, i) => data[(i % height) * width + Math.floor(i / height)] ?? 9),
  );

/** @returns level-0 pixels of the area; in all of them both maps have the same value, bit for bit */
function sameInside(area: LookedAtArea, some: readonly number[], plain: readonly number[]): number {
  let inside = 0;
  for (let x = 0; x < WIDTH; x++) {
    for (let y = 0; y < HEIGHT; y++) {
      if (!area.meets({ x, y, width: 1, height: 1 })) continue;
      inside++;
      if (some[x * HEIGHT + y] !== plain[x * HEIGHT + y]) throw new Error(`differs at ${x}, ${y}`);
    }
  }
  return inside;
}

const settings = { views: 'reference', batchSize: 4 } as const;
const models = () => [erring({ micronsPerPixel: 1, tileSize: 32 }), erring({ micronsPerPixel: 1.7, tileSize: 32 })];

describe('a cascade', () => {
  it('changes nothing where the coarse map says yes everywhere', async () => {
    // Batches of one have the same tiles then.
    const plan = planOf(models(), { ...settings, batchSize: 1 });
    const choice = new TileChoice(
      plan,
      areaOf(() => 255),
    );
    expect(choice.count).toBe(plan.tiles);
    expect(valuesOf(await collect(plan, choice))).toEqual(valuesOf(await collect(plan)));
  });

  it('asks no network where it says no everywhere', async () => {
    const batches: number[] = [];
    const plan = planOf([erring({ micronsPerPixel: 1 }, batches)], settings);
    const reads = slide.reads;
    const choice = new TileChoice(
      plan,
      areaOf(() => 127),
    );
    const values = valuesOf(await collect(plan, choice));
    expect([choice.count, batches.length, Math.max(...values), slide.reads - reads]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    { name: 'two resolutions', given: {} },
    { name: 'scales', given: { scales: '1,0.6', merge: 'center' } },
    { name: 'a CRF', given: { crf: 'sxy=1,compat=3,iterations=1' } },
  ])('gives inside the area what a prediction without it gives, bit for bit: $name', async ({ given }) => {
    const plan = planOf(models(), { ...settings, ...given, batchSize: 1 });
    const choice = new TileChoice(plan, two);
    expect(choice.count).toBeLessThan(plan.tiles);
    const [plain, some] = [valuesOf(await collect(plan)), valuesOf(await collect(plan, choice))];
    expect(sameInside(two, some, plain)).toBeGreaterThan(2000);
    expect(some).not.toEqual(plain);
  });

  it('computes the tiles beside a block, too, where grids meet by interpolation', async () => {
    const plan = planOf(models(), { overlap: 0, batchSize: 1 });
    const plain = valuesOf(await collect(plan));
    // Blocks of 13.6 µm are 8 pixels of the coarser model, and its tiles begin with blocks.
    for (let column = 3; column < 9; column++) {
      const one = areaOf((x, y) => (Math.floor(x / 4) === column && Math.floor(y / 4) === 4 ? 255 : 0), 3.4, 0);
      const some = valuesOf(await collect(plan, new TileChoice(plan, one)));
      expect(sameInside(one, some, plain)).toBeGreaterThan(150);
    }
  });

  it('keeps batches full across columns, and says which parts are whole', async () => {
    const batches: number[] = [];
    const plan = planOf([erring({ micronsPerPixel: 1, tileSize: 32 }, batches)], { batchSize: 4 });
    const choice = new TileChoice(plan, two);
    await collect(plan, choice);
    expect(batches.reduce((sum, tiles) => sum + tiles, 0)).toBe(choice.count);
    const columns = plan.members[0]?.layout.columns.length ?? 0;
    expect(batches.filter((tiles) => tiles < 4).length).toBeLessThanOrEqual(Math.ceil(columns / 8));
    expect(choice.covers({ x: 80, y: 34, width: 16, height: 12 })).toBe(true);
    expect(choice.covers({ x: 80, y: 34, width: 120, height: 12 })).toBe(false);
    const places = [...choice.places()];
    expect([places.length, places[0]?.width]).toEqual([choice.count, 32]);
  });

  it('goes on from any band as if nothing had happened', async () => {
    const plan = planOf(models(), { batchSize: 4 });
    const choice = new TileChoice(plan, two);
    const whole = await collect(plan, choice, { bandColumns: 60 });
    const expected = valuesOf(whole);
    for (const [i, { state }] of whole.slice(0, -1).entries()) {
      const rest = await collect(plan, choice, { bandColumns: 60, state });
      expect(valuesOf([...whole.slice(0, i + 1), ...rest])).toEqual(expected);
    }
    expect(valuesOf(await collect(plan, choice, { bandColumns: 1000 }))).toEqual(expected);
  });
});
