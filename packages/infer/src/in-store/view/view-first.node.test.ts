/** Tiles in view come first, and change nothing of what comes out. */
import { createRandom, type Rect } from '@ftuseg/core';
import { expect, it } from 'vitest';
import { few } from '../../../../../tests/long.js';
import { memorySlide, paint, pixelModel, testCard } from '../../../tests/fakes.js';
import { realModel } from '../../../tests/real-model.js';
import { memoryStore } from '../../file-store/memory-store.js';
import type { SegmentationModel } from '../../model/model.js';
import { createNodeSession } from '../../session/session.node.js';
import { planInStore, predictInStore } from '../predict-in-store.js';
import type { PreviewFeature } from './outline-preview.js';
import { regionOf, tilesOf } from './view-region.js';

const random = createRandom(8);
const discs = [
  { x: 470, y: 160, r: 20 },
  ...Array.from({ length: 12 }, () => ({ x: random.int(640), y: random.int(400), r: 12 + random.int(20) })),
];
const isDisc = (x: number, y: number): boolean =>
  discs.some((disc) => (x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.r ** 2);
const slide = memorySlide(
  paint(640, 400, (x, y) => (isDisc(x, y) ? 230 : 20 + ((x * 7 + y * 13) % 60))),
  0.5,
);

/** What a store holds after a prediction, and what was shown meanwhile. */
async function predicted(model: SegmentationModel, settings: object, view?: () => Rect | undefined, on = slide) {
  const store = memoryStore();
  const previews: (readonly PreviewFeature[])[] = [];
  const order: string[] = [];
  const { source, card, session } = model;
  const counted: SegmentationModel = {
    card,
    source,
    session: {
      bestBatch: 1,
      ...(session.parallel === undefined ? {} : { parallel: session.parallel }),
      ...(session.release === undefined ? {} : { release: session.release }),
      run: (batch, shape, gate) => {
        order.push([...batch.subarray(0, 40)].join(' '));
        return session.run(batch, shape, gate);
      },
      close: async () => undefined,
    },
    close: async () => undefined,
  };
  const { notes } = await predictInStore(on, [counted], store, {
    ...{ id: 'a', fingerprint: 'one', bandColumns: 100, view, settings: { all: true, ...settings } },
    onPreview: (features) => previews.push(features),
  });
  const files: Record<string, string> = {};
  for (const name of await store.names()) {
    if (name !== 'report.json') files[name] = Buffer.from((await store.read(name)) ?? []).toString('base64');
  }
  return { files, previews, order, notes };
}

const bright = pixelModel(({ value, x }) => (value - 0.5) * 8 + 0.2 * Math.sin(x));
const seen: Rect = { x: 400, y: 100, width: 150, height: 120 };

const cases = [
  { what: 'four views', settings: { views: 'reference' } },
  { what: 'one view', settings: {} },
  { what: 'gaussian weights at another resolution', settings: { merge: 'gaussian', downsample: 1.7 } },
  { what: 'two magnifications', settings: { scales: '1,0.7' } },
];

it.each(few(cases, 2))('gives the same bytes with and without a view: $what', async ({ settings }) => {
  const without = await predicted(bright, settings);
  let asked = 0;
  const moving = (): Rect => ({ ...seen, x: asked++ < 40 ? seen.x : 60 });
  const withView = await predicted(bright, settings, moving);
  expect(withView.files).toEqual(without.files);
  expect(withView.order.length).toBe(without.order.length);
  expect(withView.order).not.toEqual(without.order);
  expect([...withView.order].sort()).toEqual([...without.order].sort());
  expect(withView.previews.length).toBeGreaterThan(0);
});

it('gives the same bytes where a real network runs in two threads', async () => {
  const session = await createNodeSession(realModel(), { threads: 2 });
  const model = { card: testCard, session, source: { name: 'm' }, close: () => session.close() };
  const without = await predicted(model, { threshold: 0.45 });
  const withView = await predicted(model, { threshold: 0.45 }, () => seen);
  await session.close();
  expect(withView.files).toEqual(without.files);
  expect(withView.order).not.toEqual(without.order);
});

it('shows the objects in view before anything else is computed', async () => {
  const { order, previews } = await predicted(bright, {}, () => seen);
  const shown = previews.at(-1);
  const inside = discs.filter(
    ({ x, y }) => x > seen.x && x < seen.x + seen.width && y > seen.y && y < seen.y + seen.height,
  );
  expect(inside.length).toBeGreaterThan(0);
  const rings = (shown ?? []).flatMap(({ geometry }) => geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1)));
  for (const { x, y } of inside) {
    const near = rings.some((ring) => {
      const [xs, ys] = [ring.map(([at]) => at), ring.map(([, at]) => at)];
      return Math.min(...xs) <= x && Math.max(...xs) >= x && Math.min(...ys) <= y && Math.max(...ys) >= y;
    });
    expect(near).toBe(true);
  }
  expect(order.length).toBeGreaterThan(20);
});

it('draws the same pictures where several tiles are under way', async () => {
  const inTurn = await predicted(bright, {}, () => seen);
  const session = { ...bright.session, parallel: 2 };
  const together = await predicted({ ...bright, session }, {}, () => seen);
  expect(inTurn.previews).toHaveLength(3);
  expect(together.previews).toEqual(inTurn.previews);
  expect(together.files).toEqual(inTurn.files);
});

it('draws the same pictures where the memory of logits is used again', async () => {
  const kept = await predicted(bright, {}, () => seen);
  const session = { ...bright.session, release: (logits: Float32Array) => void logits.fill(Number.NaN) };
  const released = await predicted({ ...bright, session }, {}, () => seen);
  expect(released.previews).toEqual(kept.previews);
  expect(released.files).toEqual(kept.files);
});

it('ends with the problem of a picture that cannot be drawn', async () => {
  const model = { ...bright, session: { ...bright.session, bestBatch: 1 } };
  const broken = predictInStore(slide, [model], memoryStore(), {
    ...{ id: 'a', fingerprint: 'one', view: () => seen, settings: { all: true } },
    onPreview: () => {
      throw new RangeError('no picture');
    },
  });
  await expect(broken).rejects.toThrow('no picture');
});

it('draws what is seen from afar in larger pixels, with the same objects in the same places', async () => {
  const [width, height] = [2800, 2000];
  const places = Array.from({ length: 9 }, (_, i) => ({ x: 300 + 800 * (i % 3), y: 300 + 700 * Math.floor(i / 3) }));
  const large = memorySlide(
    paint(width, height, (x, y) => (places.some((at) => (x - at.x) ** 2 + (y - at.y) ** 2 < 90 ** 2) ? 230 : 40)),
    0.5,
  );
  const all = { x: 0, y: 0, width, height };
  // Of 180 pixels across; the least area is 0.85 of theirs: one that is counted in other pixels would drop all or none.
  const settings = { downsample: 8, minimumArea: 0.85 * Math.PI * 90 ** 2 * 0.5 ** 2 };
  const { previews, files } = await predicted(bright, settings, () => all, large);
  const final = JSON.parse(Buffer.from(files['objects.geojson'] ?? '', 'base64').toString());
  const boxes = (features: readonly { readonly geometry: { readonly coordinates: unknown } }[]): number[][] =>
    features
      .map(({ geometry }) => {
        const points =
          JSON.stringify(geometry.coordinates)
            .match(/[\d.]+/g)
            ?.map(Number) ?? [];
        const [xs, ys] = [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)];
        return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      })
      .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
  const [shown, truth] = [boxes(previews.at(-1) ?? []), boxes(final.features)];
  expect(truth).toHaveLength(places.length);
  expect(shown).toHaveLength(places.length);
  for (const [i, box] of shown.entries())
    for (const [k, value] of box.entries()) expect(Math.abs(value - (truth[i]?.[k] ?? 0))).toBeLessThan(8);
});

it('says where tiles in view cannot come first', async () => {
  const { notes, previews } = await predicted(bright, { batchSize: 2 }, () => seen);
  expect(notes).toEqual([expect.stringContaining('comes in its turn')]);
  expect(previews).toEqual([]);
});

it('keeps the middle of a view that has more tiles than fit', async () => {
  const plan = planInStore(slide, [bright]);
  const [member] = plan.members;
  if (member === undefined) throw new RangeError('no member');
  const whole = regionOf(plan, member, { x: 0, y: 0, width: 640, height: 400 }, 0, 1000);
  expect(tilesOf(whole)).toBe(member.tiles);
  const middle = regionOf(plan, member, { x: 0, y: 0, width: 640, height: 400 }, 0, 9);
  expect(tilesOf(middle)).toBeLessThanOrEqual(9);
  expect(Math.abs((middle.left + middle.right - whole.right) / 2)).toBeLessThanOrEqual(1);
  expect(tilesOf(regionOf(plan, member, { x: 0, y: 0, width: 100, height: 100 }, 5, 9))).toBe(0);
  expect(tilesOf(regionOf(plan, member, { x: 900, y: 0, width: 100, height: 100 }, 0, 9))).toBe(0);
});
