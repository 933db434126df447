import { describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { enlargementRemark } from './enlargement.js';
import { planSlide } from './plan.js';

const model = pixelModel(() => 0, { micronsPerPixel: 2 });
const ensemble = ensembleOf([model]);
const remark = (micronsPerPixel: number | undefined, downsample?: number) => {
  const settings = resolveSettings(downsample === undefined ? {} : { downsample }, ensemble);
  return enlargementRemark(planSlide({ width: 640, height: 480, micronsPerPixel }, ensemble, settings));
};

describe('enlargementRemark', () => {
  it('says nothing of slides that are fine enough', () => {
    for (const own of [0.25, 2, 2.9]) expect(remark(own)).toEqual({});
    expect(remark(undefined, 0.25)).toEqual({});
    expect(remark(8, 0.25)).toEqual({});
  });

  it('notes a coarser slide, and warns of one that is much coarser', () => {
    expect(remark(4)).toEqual({
      note: 'its pixels of 4 µm are enlarged 2 times to the 2 µm that the network wants, and show less than it learnt from',
    });
    expect(remark(8)).toEqual({
      warning: expect.stringMatching(/of 8 µm are enlarged 4 times to .* is its scale right\?/),
    });
  });
});
