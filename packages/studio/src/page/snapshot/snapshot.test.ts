import { describe, expect, it } from 'vitest';
import { snapshotName } from './snapshot.js';

describe('snapshotName', () => {
  it('is a name that every file system takes', () => {
    const view = { x: 1200.4, y: 30, zoom: 1, rotation: 0, flipped: false };
    expect(snapshotName('PAS 12/3: köpf', view)).toBe('PAS_12_3_köpf_x1200_y30.png');
    expect(snapshotName('../..', view)).toBe('slide_x1200_y30.png');
    expect(snapshotName('a'.repeat(300), view).length).toBeLessThan(130);
  });
});
