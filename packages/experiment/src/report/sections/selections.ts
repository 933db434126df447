/** Which models were chosen, and the reasons in full sentences. */

import { formatNumber, NONE } from '../../words/numbers.js';
import { type Html, html } from '../drawing/html.js';
import type { ReportSelection } from '../report-data.js';
import { partsSection, type Section, scrollBox, sentences } from './section.js';

function selection({ name, models, reasons }: ReportSelection): Html {
  const heaviest = Math.max(...models.map(({ weight }) => weight));
  const rows = models.map(
    ({ name: model, weight, score }) =>
      html`<tr><th scope="row">${model}</th><td class="number">${formatNumber(weight, 3)}</td><td class="bars"><div class="bar" style="width:${((Math.max(0, weight) / heaviest || 0) * 100).toFixed(1)}%"></div></td><td class="number">${score === null ? NONE : formatNumber(score, 4)}</td></tr>`,
  );
  const head = html`<thead><tr><th scope="col">Model</th><th scope="col" class="right">Weight</th><td class="bars"></td><th scope="col" class="right">Score alone</th></tr></thead>`;
  return html`${scrollBox(`Models of ${name}`, html`<table class="models">${head}<tbody>${rows}</tbody></table>`)}${sentences(reasons)}`;
}

export const selectionsSection = (selections: readonly ReportSelection[]): Section | undefined =>
  partsSection('selections', 'Selection of models', selections, selection);
