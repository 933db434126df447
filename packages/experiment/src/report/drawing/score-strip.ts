/** All slides of an evaluation on one line from 0 to 1: a mean hides the slides that failed, this does not. */

import { formatNumber } from '../../words/numbers.js';
import type { ReportEvaluation } from '../report-data.js';
import { type Html, html } from './html.js';

const WIDTH = 420;
const [LEFT, RIGHT] = [12, WIDTH - 12];
const [TOP, BOTTOM] = [14, 38];

const x = (score: number): number => Number((LEFT + score * (RIGHT - LEFT)).toFixed(1));

/**
 * An `<svg>`: a stroke for every slide's Dice, a diamond on the mean, a band behind it for the interval.
 * @example
 * scoreStrip({ slides, meanDice: 0.9, interval: { low: 0.88, high: 0.92 } });
 */
export function scoreStrip({
  slides,
  meanDice,
  interval,
}: Pick<ReportEvaluation, 'slides' | 'meanDice' | 'interval'>): Html {
  const strokes = slides.map(({ dice }) => `M${x(dice)} ${TOP + 4}V${BOTTOM - 4}`).join('');
  const band =
    interval === null
      ? undefined
      : html`<rect x="${x(interval.low)}" y="${TOP}" width="${Math.max(1, x(interval.high) - x(interval.low)).toFixed(1)}" height="${BOTTOM - TOP}" class="band"/>`;
  const mean = x(meanDice);
  const label = `Dice of every slide on a line from 0 to 1; the mean is ${formatNumber(meanDice, 4)}`;
  return html`<svg viewBox="0 0 ${WIDTH} 58" class="strip" role="img" aria-label="${label}"><path d="M${LEFT} ${BOTTOM}H${RIGHT}" class="grid"/>${[
    0, 0.25, 0.5, 0.75, 1,
  ].map(
    (tick) =>
      html`<path d="M${x(tick)} ${BOTTOM}v4" class="grid"/><text x="${x(tick)}" y="${BOTTOM + 17}" text-anchor="middle">${tick}</text>`,
  )}${band}<path d="${strokes}" class="slides"/><path d="M${mean} ${TOP - 12}l5 6l-5 6l-5 -6z" class="mean"/></svg>`;
}
