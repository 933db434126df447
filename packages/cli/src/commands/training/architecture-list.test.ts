import { describe, expect, it } from 'vitest';
import { billions, costOf, millions } from './architecture-list.js';

describe('what a network costs', () => {
  it('is counted for one tile, and nothing where there is no such network', () => {
    const { parameters, multiplyAdds } = costOf('segformer', 'mit_b0');
    // Xie et al. 2021, table 1: 3.8 million for SegFormer-B0 with 150 classes, 0.04 million of them in the last convolution.
    expect(millions(parameters)).toBe('3.7 M');
    expect(billions(multiplyAdds)).toBe('1.03 G');
    const none = costOf('linknet', 'mit_b0');
    expect(none).toEqual({ parameters: null, multiplyAdds: null });
    expect([millions(none.parameters), billions(none.multiplyAdds)]).toEqual(['none', '']);
  });
});
