/** Names in a list of models, of which no two are the same: folds of one run, and runs in folders of the same name, share theirs. */
import { basename, dirname, sep } from 'node:path';
import { runFiles } from '@ftuseg/folders';

export interface NamedModel {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** Folders and file of a model; the file only where its name says something. */
const partsOf = (path: string): string[] => (basename(path) === runFiles.model ? dirname(path) : path).split(sep);

const ending = (path: string, count: number): string => partsOf(path).slice(-count).join('/');

/**
 * @returns the models in their order; of those that share a name each has in brackets as much of the end of its path as tells it from the others
 * @example
 * withDistinctNames([{ name: 'run', path: '/a/run/fold-0/model.onnx' }, { name: 'run', path: '/a/run/fold-1/model.onnx' }]); // run (fold-0), run (fold-1)
 */
export function withDistinctNames<T extends NamedModel>(models: readonly T[]): T[] {
  return models.map((model) => {
    const others = models.filter((one) => one !== model && one.name === model.name && one.path !== model.path);
    if (others.length === 0) return model;
    const deepest = partsOf(model.path).length;
    let count = 1;
    while (count < deepest && others.some(({ path }) => ending(path, count) === ending(model.path, count))) count++;
    return { ...model, name: `${model.name} (${ending(model.path, count)})` };
  });
}
