import { describe, expect, it } from 'vitest';
import { walltime, walltimeSeconds } from './walltime.js';

describe('walltimeSeconds', () => {
  it.each([
    ['90', 5400],
    ['1:30', 90],
    ['8:00:00', 28_800],
    ['1-02:00:01', 93_601],
    ['', undefined],
    ['1-2', undefined],
    ['1-2:00', undefined],
    ['8h', undefined],
    ['-5', undefined],
    ['1:2:3:4', undefined],
  ])('%j is %j', (text, seconds) => expect(walltimeSeconds(text)).toBe(seconds));

  it('refuses no time at all', () => expect(walltime.safeParse('0').success).toBe(false));
});
