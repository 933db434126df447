/** The first screen: what was asked, what came out, and what to know before believing it. */

import { counted, formatInterval, formatNumber } from '../../words/numbers.js';
import { type Html, html } from '../drawing/html.js';
import type { ReportData } from '../report-data.js';

/** More would be a table, and there is one below. */
const HEADLINES = 4;

const headlines = ({ evaluations }: ReportData): Html | undefined =>
  evaluations.length === 0
    ? undefined
    : html`<dl class="headlines">${evaluations
        .slice(0, HEADLINES)
        .map(
          ({ name, meanDice, interval, slides }) =>
            html`<div><dt>${name}</dt><dd><b>${formatNumber(meanDice, 3)}</b> mean Dice on ${counted(slides.length, 'slide')}${
              interval === null
                ? undefined
                : html`<small>95 %: ${formatInterval(interval.low, interval.high, 3)}</small>`
            }</dd></div>`,
        )}</dl>`;

/** Failed steps come first: nobody should find them at the end of a page. */
function cautionsOf({ cautions, steps }: ReportData): string[] {
  const failed = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  const skipped = steps.filter(({ status }) => status === 'skipped').length;
  const missing =
    skipped === 0
      ? ''
      : ` ${counted(skipped, 'step')} that should have followed ${skipped === 1 ? 'was' : 'were'} not reached.`;
  if (failed.length === 0) return [...cautions];
  return [`This report is incomplete: ${failed.join(', ')} failed.${missing}`, ...cautions];
}

/** Title, summary, date, mean scores and cautions. */
export function intro(data: ReportData): Html {
  const cautions = cautionsOf(data);
  const warning =
    cautions.length === 0
      ? undefined
      : html`<section class="cautions" aria-labelledby="cautions"><h2 id="cautions">Before you believe the numbers</h2><ul>${cautions.map((text) => html`<li>${text}</li>`)}</ul></section>`;
  const day = data.date.toISOString();
  return html`<header><p class="kicker">ftuseg report, <time datetime="${day}">${day.slice(0, 16).replace('T', ' ')} UTC</time></p><h1>${data.title}</h1><p class="lead">${data.summary}</p>${headlines(data)}${warning}</header>`;
}
