/** From the word of the command line to slides: a table, a slide, a folder of slides, of a prediction, of a run or of the demo. */
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { runResults } from '@ftuseg/experiment';
import { exists, isAddress, nameInAddress } from '@ftuseg/files';
import { reportFile } from '@ftuseg/infer';
import { readSlideTable } from '@ftuseg/slide';
import { reportedRows } from './reported-rows.js';
import { runInput } from './run-input.js';
import type { GivenPrediction, StudioInput } from './studio-input.js';

export interface InputOptions {
  /** Undefined: the slides of the predictions. */
  readonly input: string | undefined;
  /** Folders of `ftu predict`, shown before those that `input` has. */
  readonly predictions: readonly string[];
  readonly onNote: (sentence: string) => void;
}

const beside = (path: string): string => {
  const name = basename(path);
  return join(dirname(path), `${name.slice(0, name.length - extname(name).length)}-studio`);
};

const folderBeside = (path: string): string => join(dirname(path), `${basename(path)}-studio`);

/** Folders of one name, as predictions often are called, with the folder above. */
function named(folders: readonly string[]): GivenPrediction[] {
  const names = folders.map((folder) => basename(folder));
  return folders.map((folder, i) => {
    const name = names[i] ?? '';
    const shared = names.indexOf(name) !== names.lastIndexOf(name);
    return { folder, name: shared ? `${basename(dirname(folder))}/${name}` : name };
  });
}

async function fromPredictions(folders: readonly string[]): Promise<StudioInput> {
  const [first = ''] = folders;
  const rows = await reportedRows(folders);
  return {
    title: basename(first),
    rows,
    predictions: named(folders),
    workFolder: folderBeside(first),
    dice: new Map(),
  };
}

async function fromTable(input: string, onNote: (sentence: string) => void): Promise<StudioInput> {
  const rows = await readSlideTable(input, { onNote });
  const path = isAddress(input) ? resolve(nameInAddress(input)) : resolve(input);
  const isFolder = !isAddress(input) && (await stat(path)).isDirectory();
  const workFolder = isFolder ? folderBeside(path) : beside(path);
  return { title: basename(path), rows, predictions: [], workFolder, dice: new Map() };
}

async function fromWord(input: string, onNote: (sentence: string) => void): Promise<StudioInput> {
  const folder = resolve(input);
  const isFolder = !isAddress(input) && ((await stat(folder).catch(() => undefined))?.isDirectory() ?? false);
  // A prediction that was interrupted says so better than a table that is not there.
  const begun = isFolder && (await exists(join(folder, 'unfinished')));
  if (isFolder && (begun || (await exists(join(folder, reportFile))))) return fromPredictions([folder]);
  const results = isFolder ? await runResults(folder) : undefined;
  return results === undefined ? fromTable(input, onNote) : runInput(folder, results, onNote);
}

/** @throws FtuError as `readSlideTable` and `readPredictionReport`; `bad-input` for a slide table without slides */
export async function openInput({ input, predictions, onNote }: InputOptions): Promise<StudioInput> {
  const given = predictions.map((folder) => resolve(folder));
  if (input === undefined) return fromPredictions(given);
  const found = await fromWord(input, onNote);
  if (found.rows.length === 0) throw new FtuError('bad-input', 'there are no slides in it', { subject: input });
  const others = found.predictions.filter(({ folder }) => !given.includes(folder));
  // Scores of a run belong to its own prediction.
  return { ...found, predictions: [...named(given), ...others], dice: given.length === 0 ? found.dice : new Map() };
}
