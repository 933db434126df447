/** How far a job has come, read from what `ftu` says: the same lines that a person sees on a terminal. */
import type { EpochPoint } from './curves.js';

export interface JobProgress {
  /** The step that works, such as `network`; empty before the first. */
  readonly step: string;
  /** What it says of itself. */
  readonly text: string;
  /** Of all work, 0..1. */
  readonly share: number;
  /** Unset: no telling yet. */
  readonly secondsLeft?: number | undefined;
  readonly curves: readonly EpochPoint[];
  /** The last lines of the log. */
  readonly log: readonly string[];
}

export const NO_PROGRESS: JobProgress = { step: '', text: '', share: 0, curves: [], log: [] };

/** Steps of a job in order, with the share of all work that each is expected to be; they add up to 1. */
export type StepShares = readonly { readonly name: string; readonly share: number }[];

/** Lines that are kept for the page. */
const LOG_LINES = 40;

/** What a line of the log begins with that says how the program was started. */
export const COMMAND = '$ ';

/** `1:35`, `1:06:40` */
function secondsOf(clock: string): number {
  return clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
}

const TITLE = /^\[(\d+)\/(\d+)\] (\S+) \((\S+)\)(?:: (kept|skipped): .*)?$/;
const LEFT = /\(the run: ([\d:]+) left(?: and more)?\)$/;
const SLIDE_LEFT = /, (\d+) s left$/;

/** What a line of progress says of its step, 0..1; undefined: it is no such line. */
function shareOfLine(line: string): number | undefined {
  const training = /epoch \d+\/\d+ .*step (\d+)\/(\d+)/.exec(line) ?? /epoch (\d+)\/(\d+) {2}loss/.exec(line);
  if (training !== null) return Number(training[1]) / Number(training[2]);
  const preparing = /^\s*preparing (\d+)\/(\d+) /.exec(line);
  if (preparing !== null) return Number(preparing[1]) / Number(preparing[2]);
  const predicting = /^\s*slide .* \((\d+) of (\d+)\): (\d+)\/(\d+) tiles/.exec(line);
  if (predicting === null) return undefined;
  const [, slide, slides, done, total] = predicting.map(Number);
  return ((slide ?? 1) - 1 + (done ?? 0) / Math.max(1, total ?? 1)) / Math.max(1, slides ?? 1);
}

/** Shares of equal size, where nothing is known of the steps. */
export const equalShares = (names: readonly string[]): StepShares =>
  names.map((name) => ({ name, share: 1 / names.length }));

interface Reading {
  step: string;
  text: string;
  within: number;
  finished: Set<string>;
  secondsLeft: number | undefined;
}

function take(reading: Reading, line: string): void {
  const title = TITLE.exec(line);
  if (title !== null) {
    const [, , , name = '', , ended] = title;
    if (reading.step !== '') reading.finished.add(reading.step);
    if (ended !== undefined) reading.finished.add(name);
    reading.step = name;
    reading.within = ended === undefined ? 0 : 1;
    reading.text = '';
    return;
  }
  const share = shareOfLine(line);
  if (share === undefined) return;
  // What is told once is not taken back by a line of an earlier slide or epoch.
  reading.within = Math.max(reading.within, Math.min(1, share));
  reading.text = line.trim().replace(LEFT, '').trim();
  const left = LEFT.exec(line) ?? SLIDE_LEFT.exec(line);
  reading.secondsLeft = left === null ? reading.secondsLeft : secondsOf(left[1] ?? '0');
}

/**
 * @param log what the program has said so far, or the end of it
 * @param steps of the job; the name of a job without steps stands for all of it
 * @param history epochs of the training, which come sooner than lines of the log
 * @example
 * readProgress('[1/1] network (train)\n', equalShares(['network']), []).step; // 'network'
 */
export function readProgress(log: string, steps: StepShares, history: readonly EpochPoint[]): JobProgress {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const [only] = steps;
  const first = steps.length === 1 ? (only?.name ?? '') : '';
  const reading: Reading = { step: first, text: '', within: 0, finished: new Set(), secondsLeft: undefined };
  // What an earlier run said of steps that it did not finish is over.
  for (const line of lines.slice(lines.findLastIndex((line) => line.startsWith(COMMAND)) + 1)) take(reading, line);
  const last = history.at(-1);
  if (reading.step === TRAINING && last !== undefined) {
    reading.within = Math.max(reading.within, last.epoch / last.epochs);
    if (reading.text === '') reading.text = `epoch ${last.epoch}/${last.epochs}`;
  }
  const share = steps.reduce((sum, step) => {
    const done = reading.finished.has(step.name) ? 1 : step.name === reading.step ? reading.within : 0;
    return sum + done * step.share;
  }, 0);
  const { step, text, secondsLeft } = reading;
  return { step, text, share: Math.min(1, share), secondsLeft, curves: history, log: lines.slice(-LOG_LINES) };
}

/** Steps of a training's recipe, by name. */
export const PREPARING = 'data';
export const PREPARING_MORE = 'more';
export const TRAINING = 'network';
export const PREDICTING = 'predictions';
