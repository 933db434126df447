import { objectsOf } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { predictSlide } from '../predict/predict-slide.js';
import type { PredictSettings } from '../settings/predict-settings.js';

/** Discs of 40 and of 4 µm, 1 µm per pixel. */
const image = paint(128, 96, (x, y) => (Math.hypot(x - 40, y - 40) < 20 || Math.hypot(x - 100, y - 60) < 2 ? 255 : 0));
const bright = () => pixelModel(({ value }) => (value - 0.5) * 10);
/** Of objects around 40 µm: a disc of 16 µm is the least. */
const known: Partial<ModelCard> = {
  micronsPerPixel: 1,
  objectSizes: { count: 50, diameters: [40, 44, 48] },
};

async function objectsWith(settings: PredictSettings, card: Partial<ModelCard>, micronsPerPixel: number | undefined) {
  const model = bright();
  const { mask, plan } = await predictSlide(
    memorySlide(image, micronsPerPixel),
    [{ ...model, card: { ...model.card, ...card } }],
    {
      all: true,
      ...settings,
    },
  );
  return { count: objectsOf(mask).objects.length, plan };
}

describe('the least area', () => {
  it('comes from the sizes in the model card, unless the settings say it', async () => {
    const { count, plan } = await objectsWith({}, known, 1);
    expect(plan.settings).toMatchObject({ minimumArea: [200], minimumAreaBy: 'model card' });
    expect(count).toBe(1);
    expect((await objectsWith({ minimumArea: 0 }, known, 1)).count).toBe(2);
    expect((await objectsWith({ minimumArea: 2000 }, known, 1)).count).toBe(0);
  });

  it('is none for a card without sizes, and with masks joined by OR', async () => {
    expect((await objectsWith({}, { micronsPerPixel: 1 }, 1)).count).toBe(2);
    expect((await objectsWith({ merge: 'or', all: false, downsample: 1 }, known, 1)).plan.settings.minimumArea).toEqual(
      [0],
    );
  });

  it('of a card says nothing of a slide whose scale is unknown; that of the settings is in its pixels', async () => {
    const unscaled = { ...known, micronsPerPixel: null, downsample: 1 };
    expect((await objectsWith({}, unscaled, undefined)).count).toBe(2);
    expect((await objectsWith({ minimumArea: 200 }, unscaled, undefined)).count).toBe(1);
  });

  it('is in the unit that the settings say', async () => {
    // 12 pixels are 48 µm².
    const at2 = { ...known, micronsPerPixel: 2 };
    expect((await objectsWith({ minimumArea: 30 }, at2, 2)).count).toBe(2);
    expect((await objectsWith({ minimumArea: 30, minimumAreaUnit: 'um2' }, at2, 2)).count).toBe(2);
    expect((await objectsWith({ minimumArea: 30, minimumAreaUnit: 'px' }, at2, 2)).count).toBe(1);
    const unscaled = { ...known, micronsPerPixel: null, downsample: 1 };
    await expect(objectsWith({ minimumArea: 30, minimumAreaUnit: 'um2' }, unscaled, undefined)).rejects.toThrow(
      'minimumArea is in square micrometres, and nothing says the scale of the slide',
    );
  });
});
