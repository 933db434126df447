import { describe, expect, it } from 'vitest';
import { withDistinctNames } from './distinct-names.js';

const named = (...models: readonly (readonly [name: string, path: string])[]): string[] =>
  withDistinctNames(models.map(([name, path]) => ({ name, path }))).map(({ name }) => name);

describe('names of models in a list', () => {
  it('stay as they are where no two are the same', () => {
    expect(named(['first', '/a/run/fold-0/model.onnx'], ['second', '/a/run/fold-1/model.onnx'])).toEqual([
      'first',
      'second',
    ]);
  });

  it('get as many folders as tell them apart', () => {
    const names = named(
      ['run', '/lab/stage-1/run/fold-0/model.onnx'],
      ['run', '/lab/stage-1/run/fold-1/model.onnx'],
      ['run', '/lab/stage-2/run/fold-1/model.onnx'],
      ['starter model', '/opt/starter.onnx'],
    );
    expect(names).toEqual(['run (fold-0)', 'run (stage-1/run/fold-1)', 'run (stage-2/run/fold-1)', 'starter model']);
  });

  it('name the file where its name says something', () => {
    expect(named(['best', '/lab/a.onnx'], ['best', '/lab/b.onnx'])).toEqual(['best (a.onnx)', 'best (b.onnx)']);
  });
});
