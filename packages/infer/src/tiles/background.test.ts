import { describe, expect, it } from 'vitest';
import { backgroundFacts } from './background.js';

describe('what the tissue test did', () => {
  const stained = { stained: 0.2, visible: 0.3 };

  it('needs no word on a stained slide', () => {
    expect(backgroundFacts(stained, 1000, 700)).toEqual({});
    expect(backgroundFacts({ stained: 0.002, visible: 0.004 }, 1000, 996)).toEqual({});
  });

  it('is a warning where nothing was looked at', () => {
    expect(backgroundFacts(stained, 10, 10).warning).toMatch(
      /^no tile was looked at: all 10 .*although 30 % of the picture/,
    );
    expect(backgroundFacts({ stained: 0, visible: 0 }, 10, 10).warning).toMatch(
      /taken for background; look at the slide/,
    );
  });

  it('is a note where much more is to be seen than was looked at', () => {
    const pen = { stained: 0.01, visible: 0.3 };
    expect(backgroundFacts(pen, 100, 96).note).toMatch(/^96 % of the tiles .*although 30 % of the picture/);
    expect(backgroundFacts({ stained: 0.001, visible: 0.01 }, 1000, 997).note).toMatch(/^99.7 % of the tiles/);
  });

  it('is a note on a slide without colour', () => {
    expect(backgroundFacts({ stained: 0, visible: 0.3 }, 10, 0).note).toMatch(/all tiles are looked at$/);
    expect(backgroundFacts({ stained: 0, visible: 0.3 }, 10, 4).note).toMatch(/but 4 of 10 that are plain white$/);
  });
});
