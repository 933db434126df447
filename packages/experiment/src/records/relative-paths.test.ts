import { describe, expect, it } from 'vitest';
import { withAbsolutePaths, withRelativePaths } from './relative-paths.js';

const place = { folder: '/lab/run/.units/x/result', final: '/lab/run/scores', together: ['/lab'] };

describe('paths of records', () => {
  const output = {
    evaluation: '/lab/run/.units/x/result/evaluation.json',
    slides: [{ id: '/not-a-path-of-ours', image: '/lab/slides/a.tif' }],
    model: 'stage-1/fold-0',
    dice: 0.5,
    none: null,
  };

  it('count from the folder that the record will lie in', () => {
    expect(withRelativePaths(output, place)).toEqual({
      evaluation: { path: 'evaluation.json' },
      slides: [{ id: '/not-a-path-of-ours', image: { path: '../../slides/a.tif' } }],
      model: 'stage-1/fold-0',
      dice: 0.5,
      none: null,
    });
  });

  it('lead to where everything lies after a move', () => {
    expect(withAbsolutePaths(withRelativePaths(output, place), '/mnt/run/scores')).toEqual({
      ...output,
      evaluation: '/mnt/run/scores/evaluation.json',
      slides: [{ id: '/not-a-path-of-ours', image: '/mnt/slides/a.tif' }],
    });
  });

  it('take no neighbour whose name begins alike for something inside', () => {
    expect(withRelativePaths('/laboratory/a.tif', place)).toBe('/laboratory/a.tif');
    expect(withRelativePaths('/lab', place)).toEqual({ path: '../..' });
  });
});
