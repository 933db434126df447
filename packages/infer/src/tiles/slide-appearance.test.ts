import { createRandom, fitAppearance, type Raster, raster, sampleTiles, tileAppearance } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { memorySlide, pixelModel } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import { planSlide } from '../plan/plan.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { readAround } from './read-window.js';
import { appearanceWarning, scaleWarning, slideAppearance } from './slide-appearance.js';

/** A pink picture with darker noise in grains of 3 pixels, or of so many times more on a side that has as many of them. */
function picture(seed: number, colours: readonly [number, number, number] = [200, 130, 180], times = 1): Raster {
  const random = createRandom(seed);
  const side = 400 * times;
  const grains = Float64Array.from({ length: 134 * 134 }, () => random.normal());
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const grain = grains[Math.floor(y / 3 / times) * 134 + Math.floor(x / 3 / times)] ?? 0;
    for (let c = 0; c < 3; c++) data[3 * i + c] = (colours[c] ?? 0) + 14 * grain + 4 * random.normal();
  }
  return raster(side, side, 3, data);
}

async function looks(image: Raster) {
  const slide = memorySlide(image);
  const tiles = [];
  for (const place of sampleTiles(400, 400)) {
    tiles.push(tileAppearance(await readAround(slide, { width: 400, height: 400 }, place, undefined, () => undefined)));
  }
  return tiles.filter((tile) => tile !== undefined);
}

async function learn(): Promise<Partial<ModelCard>> {
  const slides = [];
  for (let seed = 0; seed < 8; seed++) {
    const tiles = await looks(picture(seed, [200 + 2 * (seed % 3), 130 + 2 * (seed % 2), 180]));
    slides.push({ group: `${seed}`, tiles });
  }
  const found = fitAppearance(slides);
  if (found === undefined) throw new Error('eight slides are enough');
  const plain: ModelCard['appearance'] = JSON.parse(JSON.stringify({ version: 1, ...found }));
  return { appearance: plain };
}
let learnt: Promise<Partial<ModelCard>> | undefined;
const knownCard = () => (learnt ??= learn());

const planOf = (image: Raster, ...cards: Partial<ModelCard>[]) => {
  const ensemble = ensembleOf(cards.map((card) => pixelModel(() => 0, card)));
  return planSlide(
    memorySlide(image),
    ensemble,
    resolveSettings({ scales: '1,0.8' }, { classes: ensemble.classes, threshold: 0.5 }),
  );
};

const plain = { show: (_: unknown, picture: Raster) => picture };

describe('slideAppearance', () => {
  it('finds a slide like those of the training near, and a grey or an inverted one far', async () => {
    const card = await knownCard();
    const seen = async (image: Raster, ...cards: Partial<ModelCard>[]) =>
      slideAppearance(memorySlide(image), planOf(image, ...(cards.length === 0 ? [card] : cards)), plain, undefined);
    const same = await seen(picture(50));
    expect(same?.distance).toBeLessThan(1);
    expect(appearanceWarning(same)).toBeUndefined();
    for (const [image, sentence] of [
      [picture(51, [160, 160, 160]), /^the slide has hardly any colour/],
      [picture(52, [55, 125, 75]), /^the slide looks unlike .* \(its colour is \d+(\.\d)? times as far/],
    ] as const) {
      const other = await seen(image);
      expect(other).toMatchObject({ part: 'colour', percentile: 1 });
      expect(appearanceWarning(other)).toMatch(sentence);
      // A model of the ensemble that knows such slides is enough.
      expect((await seen(image, card, card))?.distance).toBe(other?.distance);
    }
  });

  it('tells a slide without colour, however far slides may be', async () => {
    const { appearance } = await knownCard();
    if (appearance === undefined) throw new Error('eight slides are enough');
    const wide = { appearance: { ...appearance, colour: { ...appearance.colour, reach: 1000 } } };
    const seen = async (image: Raster) => slideAppearance(memorySlide(image), planOf(image, wide), plain, undefined);
    const coloured = picture(80);
    expect(await seen(coloured)).not.toHaveProperty('colourless');
    const { data, width, height } = coloured;
    const grey = raster(
      width,
      height,
      3,
      data.map((_, i) => data[i - (i % 3) + 1] ?? 0),
    );
    const found = await seen(grey);
    expect(found).toMatchObject({ colourless: true, part: 'texture' });
    expect(appearanceWarning(found)).toMatch(/^the slide has hardly any colour, and all slides that the network/);
  });

  it('finds a scale that is four times off, either way, and asks whether it is right', async () => {
    const card = { ...(await knownCard()), micronsPerPixel: 1 };
    const ensemble = ensembleOf([pixelModel(() => 0, card)]);
    const settings = resolveSettings({}, { classes: ensemble.classes, threshold: 0.5 });
    const seen = async (image: Raster, micronsPerPixel: number) => {
      const slide = memorySlide(image, micronsPerPixel);
      return slideAppearance(slide, planSlide(slide, ensemble, settings), plain, undefined);
    };
    // Grains of 3 µm, in pixels of 1 and of a quarter of a micrometre.
    const [whole, fine] = [picture(70), picture(71, undefined, 4)];
    for (const right of [await seen(whole, 1), await seen(fine, 0.25)]) {
      expect(right).not.toHaveProperty('familiarScale');
      expect(scaleWarning(right, 1)).toBeUndefined();
    }
    const coarse = await seen(fine, 1);
    expect(coarse?.familiarScale?.factor).toBe(1 / 4);
    expect(scaleWarning(coarse, 1)).toMatch(
      /^with pixels a quarter as large \(0\.25 instead of 1 µm\) the slide would look more like .*: is its scale right\?/,
    );
    const shrunk = await seen(fine, 1 / 16);
    expect(shrunk?.familiarScale?.factor).toBe(4);
    expect(scaleWarning(shrunk, undefined)).toMatch(/^with pixels four times as large the slide would look more like/);
  });

  it('says nothing where no card does, and of an empty slide', async () => {
    const image = picture(60);
    expect(await slideAppearance(memorySlide(image), planOf(image, {}), plain, undefined)).toBeUndefined();
    const empty = raster(400, 400, 3, new Uint8Array(400 * 400 * 3).fill(250));
    const slide = memorySlide(empty);
    expect(await slideAppearance(slide, planOf(empty, await knownCard()), plain, undefined)).toBeUndefined();
    expect(appearanceWarning(undefined)).toBeUndefined();
  });
});
