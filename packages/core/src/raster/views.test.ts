import { describe, expect, it } from 'vitest';
import { raster } from './raster.js';
import { applyView, invertView, viewsD4, viewsNone, viewsReference } from './views.js';

// a b c
// d e f
const image = raster(
  3,
  2,
  1,
  Uint8Array.from('abcdef', (letter) => letter.charCodeAt(0)),
);
const letters = (view: (typeof viewsD4)[number]): string => {
  const { width, data } = applyView(image, view);
  return String.fromCharCode(...data)
    .replace(new RegExp(`.{${width}}`, 'g'), '$& ')
    .trim();
};

describe('views', () => {
  it('are the eight symmetries by their names', () => {
    expect(Object.fromEntries(viewsD4.map((view) => [view, letters(view)]))).toEqual({
      identity: 'abc def',
      rotate90: 'cf be ad',
      rotate180: 'fed cba',
      rotate270: 'da eb fc',
      flipHorizontal: 'cba fed',
      flipVertical: 'def abc',
      transpose: 'ad be cf',
      antiTranspose: 'fc eb da',
    });
    expect(viewsNone).toEqual(['identity']);
    expect(viewsD4).toEqual(expect.arrayContaining([...viewsReference]));
  });

  it.each(viewsD4)('%s is undone by its inverse, with several channels and floats', (view) => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i / 7);
    const floats = raster(4, 3, 2, data);
    expect(invertView(applyView(floats, view), view)).toEqual(floats);
  });
});
