/** What a training run leaves in its folder, and where the folds of a run lie: every package takes the names from here. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the files in the folder of a fold. A run of several folds has `config` and `metrics` beside its folds as well. */
export const runFiles = {
  /** Every setting, and under `run` what the fold ran on and with; see `readRunConfig`. */
  config: 'config.yaml',
  /** One line for each epoch; see `readHistory`. */
  history: 'history.jsonl',
  /** How it ended; there once the fold is finished. */
  metrics: 'metrics.json',
  /** What it takes to go on. */
  state: 'state.safetensors',
  /** The best weights. */
  checkpoint: 'checkpoint.safetensors',
  /** The best weights as a network that runs by itself; a tile classifier has none. */
  model: 'model.onnx',
  curves: 'curves.svg',
  curvesImage: 'curves.png',
  events: 'events.out.tfevents.0000000001.ftuseg',
} as const;

/**
 * The folder of a fold in a run of several.
 *
 * @example
 * foldFolder('run', 2); // 'run/fold-2'
 */
export const foldFolder = (run: string, fold: number): string => join(run, `fold-${fold}`);

/**
 * The folders `fold-0`, `fold-1`, ... that are in a run's folder, by number, whatever is in them.
 *
 * @throws what `readdir` throws where the run's folder cannot be read
 */
export async function listFoldFolders(run: string): Promise<string[]> {
  const names = await readdir(run);
  const numbers = names.flatMap((name) => /^fold-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b).map((fold) => foldFolder(run, fold));
}
