/** The table of what each piece is worth, as data, as CSV and as Markdown. */

import type { Interval } from '@ftuseg/core';
import { z } from 'zod';
import { counted } from '../../words/numbers.js';
import { describeEffect, type Effect } from './effects.js';

const intervalSchema = z.object({ low: z.number(), high: z.number() });

export const ablationSchema = z.object({
  /** Titles of the factors, in order. */
  factors: z.array(z.string()),
  slides: z.array(z.object({ id: z.string(), group: z.string() })),
  rows: z.array(
    z.object({
      levels: z.record(z.string(), z.string()),
      /** Models that the row is the mean or the ensemble of. */
      models: z.int(),
      /** Mean over slides. */
      dice: z.number(),
      interval: intervalSchema.nullable(),
      /** F1 of objects, mean over slides. */
      f1: z.number(),
      /** Of a prediction by itself, mean over slides: of the networks that it asks when they were asked, and of the work on their answers. */
      secondsPerSlide: z.number(),
      /** Dice of each slide. */
      perSlide: z.array(z.number()),
    }),
  ),
  effects: z.array(
    z.object({
      factor: z.string(),
      from: z.string(),
      to: z.string(),
      gain: z.number(),
      interval: intervalSchema.optional(),
      pairs: z.int(),
    }),
  ),
});

export type Ablation = z.output<typeof ablationSchema>;

const COLUMNS = ['models', 'dice', 'low', 'high', 'f1', 'seconds_per_slide'] as const;

/** One line per row, for spreadsheets. */
export function ablationCsvRows({ factors, rows }: Ablation): Record<string, string | number>[] {
  return rows.map(({ levels, models, dice, interval, f1, secondsPerSlide }) => ({
    ...Object.fromEntries(factors.map((factor) => [factor, levels[factor] ?? ''])),
    ...Object.fromEntries(
      COLUMNS.map((name, i) => [
        name,
        [models, dice, interval?.low ?? '', interval?.high ?? '', f1, secondsPerSlide][i] ?? '',
      ]),
    ),
  }));
}

const range = (interval: Interval | null): string =>
  interval === null ? '' : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The table and what it shows, for a README or a terminal. */
export function ablationMarkdown({ factors, rows, effects, slides }: Ablation): string {
  const best = Math.max(...rows.map(({ dice }) => dice));
  const head = [...factors, 'models', 'Dice', '95 % interval', 'F1 of objects', 's per slide'];
  const align = [...factors.map(() => '---'), '--:', '--:', '--:', '--:', '--:'];
  const body = rows.map(({ levels, models, dice, interval, f1, secondsPerSlide }) => [
    ...factors.map((factor) => cell(levels[factor] ?? '')),
    String(models),
    dice === best ? `**${dice.toFixed(4)}**` : dice.toFixed(4),
    range(interval),
    f1.toFixed(3),
    secondsPerSlide.toFixed(2),
  ]);
  const lines = [head, align, ...body].map((cells) => `| ${cells.join(' | ')} |`);
  const effectLines = effects.map((effect: Effect) => `- ${describeEffect(effect)}`);
  return `Mean Dice over ${counted(slides.length, 'slide')}, each pixel at level 0. Seconds are those of a combination by itself: what its networks took when they were asked, and the work on their answers, one after the other.\n\n${lines.join('\n')}\n\n${effectLines.join('\n')}\n`;
}
