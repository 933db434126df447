/** What a run tells while it works, and one line of it for a terminal or a log. */

import type { DownloadProgress } from '@ftuseg/files';
import type { HistoryRecord } from '@ftuseg/folders';

export interface StepProgress {
  readonly kind: 'step';
  /** Undefined where the validation slides were not chosen by fold. */
  readonly fold: number | undefined;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in the whole run, and how many there are to be. */
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far; `dice` is the soft Dice of the batches. */
  readonly loss: number;
  readonly dice: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** The end of an epoch: what `history.jsonl` holds of it. */
export interface EpochProgress extends HistoryRecord {
  readonly kind: 'epoch';
  readonly fold: number | undefined;
  readonly secondsLeft: number;
}

/** Whole slides, or batches, of a validation pass done so far. */
export interface ValidationProgress {
  readonly kind: 'validation';
  readonly epoch: number;
  readonly of: 'slide' | 'batch';
  readonly done: number;
  readonly total: number;
}

/** Something that a person should know once. */
export interface NoteProgress {
  readonly kind: 'note';
  readonly message: string;
}

export type TrainProgress = StepProgress | EpochProgress | ValidationProgress | DownloadProgress | NoteProgress;

/** `95` -> `1:35`, `4000` -> `1:06:40`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

const BAR_LENGTH = 16;

/** `[######----------]` */
function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * BAR_LENGTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_LENGTH - full)}]`;
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const formatDownload = ({ id, bytes, total }: DownloadProgress): string =>
  `downloading ${id}  ${megabytes(bytes)}${total === undefined ? '' : `/${megabytes(total)}`} MiB`;

/**
 * One line of text for a progress event.
 *
 * @example
 * formatProgress(event); // 'fold 0  epoch 3/20  [###-------------] step 210/1200  loss 0.412  dice 0.803  1.9 images/s  31:05 left'
 */
export function formatProgress(event: TrainProgress): string {
  if (event.kind === 'note') return event.message;
  if (event.kind === 'download') return formatDownload(event);
  if (event.kind === 'validation') return `epoch ${event.epoch}  validating ${event.of} ${event.done}/${event.total}`;
  const { epoch, epochs, loss, dice, imagesPerSecond, secondsLeft } = event;
  const parts = [...(event.fold === undefined ? [] : [`fold ${event.fold}`]), `epoch ${epoch}/${epochs}`];
  if (event.kind === 'step') parts.push(`${bar(event.step / event.steps)} step ${event.step}/${event.steps}`);
  parts.push(`loss ${loss.toFixed(3)}`, `dice ${dice.toFixed(3)}`);
  if (event.kind === 'epoch' && event.validationDice !== undefined) {
    parts.push(`validation dice ${event.validationDice.toFixed(4)}${event.best ? ' (best)' : ''}`);
  }
  parts.push(`${imagesPerSecond.toFixed(1)} images/s`, `${clock(secondsLeft)} left`);
  return parts.join('  ');
}
