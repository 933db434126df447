import { describe, expect, it } from 'vitest';
import { addressFrom, nameInAddress } from './address.js';

describe('addresses', () => {
  it('are joined with names of files, whatever is in these', () => {
    expect(addressFrom('https://x.org/a/slides.csv?token=1', 'b/c d#%.tif')).toBe('https://x.org/a/b/c%20d%23%25.tif');
    expect(addressFrom('https://x.org/a/slides.csv', '../b.tif')).toBe('https://x.org/b.tif');
    expect(addressFrom('https://x.org/a/slides.csv', 'http://y.org/b.tif')).toBe('http://y.org/b.tif');
    expect(nameInAddress('https://x.org/a/b%20c.svs?x=y#z')).toBe('b c.svs');
    expect(nameInAddress('https://x.org/%ff')).toBe('%ff');
    expect(() => nameInAddress('http://')).toThrow('this is not an address');
  });
});
