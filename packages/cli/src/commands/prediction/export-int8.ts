/** `ftu export --precision int8`: the network in 8 bits, and what a person has to know of the difference. */
import { counted, FtuError, percent } from '@ftuseg/core';
import { quantiseModel } from '@ftuseg/infer';
import type { ModelCard, Quantisation } from '@ftuseg/nn';
import { readSlideTable } from '@ftuseg/slide';
import type { CommandContext } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';

export interface Int8Options {
  readonly out: string;
  readonly calibrate?: string | undefined;
  readonly calibrationTiles?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
}

/** From these on the masks are others: shares of labels that differ, and overlaps (Dice) of both masks. Networks with 0.4 % and 0.97 scored on held-out regions as before; one with 3 % found nothing any more. */
const LIMITS = { warned: { labels: 0.01, dice: 0.95 }, refused: { labels: 0.05, dice: 0.8 } };

/** Refuses what only belongs to 8 bits, and 8 bits without what they need. */
export function checkInt8Options(precision: string, options: Int8Options): void {
  if (precision === 'int8') {
    if (options.calibrate !== undefined) return;
    throw new UsageError(
      'ftu export --precision int8 needs --calibrate SLIDES: slides like those that the model will be shown',
    );
  }
  const given = (['calibrate', 'calibrationTiles', 'seed', 'threads'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (given === undefined) return;
  const flag = given === 'calibrationTiles' ? 'calibration-tiles' : given;
  throw new UsageError(`--${flag} is for --precision int8`);
}

/** What the difference means for whoever exports: nothing, a warning, or no file. */
export function verdictOf({ difference }: Pick<Quantisation, 'difference'>): 'kept' | 'warned' | 'refused' {
  const beyond = ({ labels, dice }: { readonly labels: number; readonly dice: number }): boolean =>
    difference.labels > labels || (difference.dice ?? 1) < dice;
  if (beyond(LIMITS.refused)) return 'refused';
  return beyond(LIMITS.warned) ? 'warned' : 'kept';
}

function describe({ tiles, slides, difference }: Quantisation): string {
  const masks =
    difference.dice === null
      ? 'neither marks anything'
      : `their masks overlap by a Dice of ${difference.dice.toFixed(3)}`;
  const used = slides.filter((slide) => slide.tiles > 0).length;
  return `calibrated on ${counted(tiles, 'tile')} of ${counted(used, 'slide')}; there ${percent(difference.labels, 2)} of the labels differ from float32, probabilities by ${difference.probability.toPrecision(2)} on average, and ${masks}`;
}

/**
 * @param onnx the network in float32, with its card
 * @throws {FtuError} `bad-input` where the masks are others; as `quantiseModel`
 */
export async function inEightBits(
  onnx: Uint8Array,
  { calibrate, calibrationTiles: tiles, seed, threads, out }: Int8Options,
  context: CommandContext,
): Promise<{ readonly onnx: Uint8Array; readonly card: ModelCard }> {
  const rows = await readSlideTable(calibrate ?? '', { onNote: context.note });
  const { file, card, quantisation } = await quantiseModel(onnx, rows, {
    tiles,
    seed,
    threads,
    subject: out,
    signal: context.signal,
    onProgress: context.progress,
    onNote: context.note,
  });
  const verdict = verdictOf(quantisation);
  const found = describe(quantisation);
  if (verdict === 'refused') {
    throw new FtuError('bad-input', `8 bits lose too much of this network: ${found}`, {
      subject: out,
      hint: 'calibrate on more slides, like those that the model was trained on, or export with --precision float32',
    });
  }
  if (verdict === 'warned') {
    context.warn(`${out}: ${found}: score it on slides with truth (ftu evaluate) before it is used`);
  } else context.print(found);
  return { onnx: file, card };
}
