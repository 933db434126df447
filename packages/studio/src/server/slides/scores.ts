/** Dice of each slide against its truth, in the background, where no evaluation has them. A thread of its own reads whole masks while tiles are served. */
import { Worker } from 'node:worker_threads';
import { defaultClasses } from '@ftuseg/infer';
import type { ClassMap, SlideRow } from '@ftuseg/slide';
import type { ReadPrediction } from '../predictions/open-prediction.js';

/** What the thread is given. */
export interface ScoreWork {
  readonly rows: readonly SlideRow[];
  /** Folder of `ftu predict`. */
  readonly predictions: string;
  readonly classes: ClassMap;
}

/** What it says of one slide. */
export type Scored =
  | { readonly row: string; readonly dice: number }
  | { readonly row: string; readonly problem: string };

/** The built thread, found from `src/` and from `dist/` alike. */
const entry = new URL('../../../dist/server/slides/score-worker.js', import.meta.url);

export interface ScoreOptions {
  readonly rows: readonly SlideRow[];
  readonly prediction: ReadPrediction;
  readonly signal: AbortSignal;
  /** @param row id of the slide table */
  readonly onDice: (row: string, dice: number) => void;
  readonly onNote: (sentence: string) => void;
}

/** Slides without truth or prediction are passed over, those that fail are named. */
export function scoreSlides({ rows, prediction, signal, onDice, onNote }: ScoreOptions): void {
  const predicted = rows.filter(({ id }) => prediction.reported.get(id)?.status === 'predicted');
  if (predicted.length === 0 || signal.aborted) return;
  const workerData: ScoreWork = {
    rows: predicted,
    predictions: prediction.folder,
    classes: defaultClasses(prediction.classes),
  };
  const thread = new Worker(entry, { workerData, execArgv: [] });
  thread.unref();
  thread.on('message', (said: Scored) => {
    if ('dice' in said) onDice(said.row, said.dice);
    else onNote(`no Dice for slide ${said.row}: ${said.problem}`);
  });
  thread.on('error', (error) => onNote(`no Dice for the slides that follow: ${error.message}`));
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  thread.once('exit', () => signal.removeEventListener('abort', stop));
}
