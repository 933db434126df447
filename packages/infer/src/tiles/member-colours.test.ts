/** Networks see the colours that they learnt from, or those that the settings say, and then a person is told. */
import { readFileSync } from 'node:fs';
import { createRandom, measureStain, normaliseStain, raster, standardStain } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { srgbOf } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { memorySlide, pixelModel } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import { planSlide } from '../plan/plan.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { memberColours, NO_PROFILE } from './member-colours.js';

const random = createRandom(9);
const data = new Uint8Array(64 * 64 * 3);
for (let i = 0; i < data.length; i += 3) {
  const [a, b] = [random.next(), random.next()];
  data.set([240 - 140 * a - 40 * b, 240 - 160 * a - 110 * b, 240 - 60 * a - 50 * b], i);
}
const picture = raster(64, 64, 3, data);
const profile = new Uint8Array(
  readFileSync(new URL('../../../slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url)),
);
const tagged = { ...memorySlide(picture), readIccProfile: async () => profile };

async function seen(slide: typeof tagged, cards: readonly Partial<ModelCard>[], settings: PredictSettings = {}) {
  const ensemble = ensembleOf(cards.map((card) => pixelModel(() => 0, card)));
  const plan = planSlide(slide, ensemble, resolveSettings(settings, { classes: ensemble.classes, threshold: 0.5 }));
  const colours = await memberColours(slide, plan, picture);
  return {
    warnings: colours.warnings,
    pictures: plan.members.map((member) => colours.show(member, picture)),
    changes: plan.members.map((member) => colours.changes(member)),
  };
}

async function srgb() {
  const change = await srgbOf(tagged, 'slide');
  if (change === undefined) throw new TypeError('it has a profile');
  return change(picture);
}

describe('memberColours', () => {
  it('shows each model of an ensemble the colours of its own card', async () => {
    const { macenko } = standardStain;
    const found = await seen(tagged, [{}, { icc: 'srgb' }, { icc: 'srgb', stainNormalisation: macenko }]);
    const converted = await srgb();
    const own = measureStain(converted, 'macenko');
    if (own === undefined) throw new TypeError('it has colour');
    expect(found.pictures).toEqual([picture, converted, normaliseStain(converted, own, macenko)]);
    expect(found.changes).toEqual([false, true, true]);
    expect(found.warnings).toEqual([]);
  });

  it('takes a slide without a profile as sRGB, and says so', async () => {
    const { readIccProfile: _, ...bare } = tagged;
    const ensemble = ensembleOf([pixelModel(() => 0, { icc: 'srgb' })]);
    const plan = planSlide(bare, ensemble, resolveSettings({}, { classes: ensemble.classes, threshold: 0.5 }));
    const colours = await memberColours(bare, plan, picture);
    expect(colours.warnings).toEqual([NO_PROFILE]);
    expect(plan.members.map((member) => colours.show(member, picture))).toEqual([picture]);
  });

  it('warns of settings that show a model what it did not learn from', async () => {
    const stored = await seen(tagged, [{ icc: 'srgb', name: 'unet' }], { icc: 'stored' });
    expect(stored.pictures).toEqual([picture]);
    expect(stored.warnings).toEqual([
      'unet is shown colours as stored, and was trained on sRGB by ICC profiles: its result may be worse',
    ]);
    const other = await seen(tagged, [{ name: 'unet' }], { icc: 'srgb' });
    expect(other.pictures).toEqual([await srgb()]);
    expect(other.warnings).toHaveLength(1);
    expect((await seen(tagged, [{ icc: 'srgb' }], { icc: 'srgb' })).warnings).toEqual([]);
  });

  it('fails for a damaged profile only where it is needed', async () => {
    const broken = { ...tagged, readIccProfile: async () => profile.slice(0, 300) };
    expect((await seen(broken, [{}])).pictures).toEqual([picture]);
    await expect(seen(broken, [{ icc: 'srgb' }])).rejects.toThrow(/the ICC profile is damaged/);
  });
});

it('refuses a target that nothing is brought to, or of another method', () => {
  const resolve = (settings: PredictSettings) => resolveSettings(settings, { classes: ['glomerulus'], threshold: 0.5 });
  expect(() => resolve({ stainTarget: standardStain.macenko })).toThrow(/does nothing without stainNormalisation/);
  expect(() => resolve({ stainNormalisation: 'reinhard', stainTarget: standardStain.macenko })).toThrow(/by macenko/);
});
