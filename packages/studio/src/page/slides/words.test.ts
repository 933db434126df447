import { describe, expect, it } from 'vitest';
import { countText } from './words.js';

describe('countText', () => {
  it('tells what is left after corrections from what nobody predicted', () => {
    expect(countText({ counts: { glomerulus: 1200 }, revision: 0 })).toBe('1,200 glomerulus');
    expect(countText({ counts: { normal: 0, sclerotic: 3 }, revision: 2 })).toBe('0 normal, 3 sclerotic');
    expect(countText({ counts: {}, revision: 0 })).toBe('no prediction');
    expect(countText({ counts: {}, revision: 4 })).toBe('no objects');
  });
});
