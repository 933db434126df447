import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.js';

describe('the address', () => {
  it('is read as it was written', () => {
    const address = { slide: 's-1_a', view: { x: 1200.5, y: 3, zoom: 0.25, rotation: 90, flipped: true } };
    expect(parseAddress(formatAddress(address))).toEqual(address);
    expect(formatAddress({ slide: 'a', view: { x: 1, y: 2, zoom: 1, rotation: 0, flipped: false } })).toBe(
      '#slide=a&x=1.0&y=2.0&zoom=1',
    );
  });

  it('keeps what can be read of a broken one', () => {
    expect(parseAddress('')).toEqual({ slide: undefined });
    expect(parseAddress('#slide=a&x=1&y=2')).toEqual({ slide: 'a' });
    expect(parseAddress('#slide=a&x=1&y=two&zoom=1')).toEqual({ slide: 'a' });
    expect(parseAddress('#slide=a&x=1&y=2&zoom=-1')).toEqual({ slide: 'a' });
    expect(parseAddress('#x=1&y=2&zoom=1&rotation=-90').view?.rotation).toBe(270);
  });
});
