import { createRandom, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { viewNames } from '../settings/predict-settings.js';
import { applyViewToTile, invertViewOfPlanes, viewsByName } from './views.js';

const random = createRandom(3);
const tile = raster(
  8,
  8,
  3,
  Uint8Array.from({ length: 192 }, () => random.int(256)),
);

describe('views', () => {
  it('are one, four and eight', () => {
    expect(viewNames.map((name) => viewsByName(name).length)).toEqual([1, 4, 8]);
  });

  it.each(viewsByName('d4'))('%s: a prediction is turned back to its tile', (view) => {
    const planes = (data: Uint8Array) => {
      const out = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) out[(i % 3) * 64 + Math.floor(i / 3)] = data[i] ?? 0;
      return out;
    };
    expect(invertViewOfPlanes(planes(applyViewToTile(tile, view).data), 8, view)).toEqual(planes(tile.data));
  });
});
