import { describe, expect, it } from 'vitest';
import { exportText } from './export-text.js';

describe('exportText', () => {
  const answer = { folder: 'slides-studio/export', slides: ['a', 'b'], files: ['a.geojson'], leftOut: [] };

  it('says where it is and how to go on', () => {
    expect(exportText({ ...answer, table: 'slides.csv', classes: 'glomerulus=1' })).toBe(
      'Exported 2 corrected slides as 1 file to slides-studio/export. Train with ftu prepare --slides slides.csv --classes "glomerulus=1".',
    );
  });

  it('says what is missing', () => {
    const text = exportText({ ...answer, slides: ['a'], leftOut: [{ slide: 'b', reason: 'it has no complete area' }] });
    expect(text).toContain('1 corrected slide as');
    expect(text).toContain('There is no slide table to train with');
    expect(text).toContain('1 slide, such as b: it has no complete area.');
  });
});
