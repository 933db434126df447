/** Confidence intervals as small bars on one scale, so that what overlaps is seen at a glance. */

import type { ReportNumber } from '../report-data.js';
import { type Html, html } from './html.js';

const WIDTH = 96;
const HEIGHT = 8;

/** Ends of what is drawn. */
export type Domain = readonly [low: number, high: number];

/** The range of all numbers and intervals; undefined where none has an interval. */
export function intervalDomain(numbers: readonly ReportNumber[]): Domain | undefined {
  if (!numbers.some(({ low, high }) => low !== undefined && high !== undefined)) return undefined;
  const ends = numbers
    .flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
    .filter((end) => Number.isFinite(end));
  return ends.length === 0 ? undefined : [Math.min(...ends), Math.max(...ends)];
}

/**
 * An `<svg>` of 96 x 8: a line from end to end and a dot on the value, and a stroke on zero where the scale crosses it; a number without
 * an interval is a dot alone. It is decoration: the numbers stand beside it.
 * @example
 * intervalBar({ value: 0.9, digits: 3, low: 0.88, high: 0.92 }, [0.8, 1]);
 */
export function intervalBar({ value, low = value, high = value }: ReportNumber, [from, to]: Domain): Html {
  const x = (at: number): string => (4 + ((at - from) / (to - from || 1)) * (WIDTH - 8)).toFixed(1);
  if (!Number.isFinite(value))
    return html`<svg class="interval" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"></svg>`;
  const middle = HEIGHT / 2;
  const zero = from < 0 && to > 0 ? html`<path d="M${x(0)} 0V${HEIGHT}" class="zero"/>` : undefined;
  return html`<svg class="interval" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><path d="M0 ${middle}H${WIDTH}" class="rail"/>${zero}<path d="M${x(low)} ${middle}H${x(high)}" class="range"/><circle cx="${x(value)}" cy="${middle}" r="3"/></svg>`;
}
