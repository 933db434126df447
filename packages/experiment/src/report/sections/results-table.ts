/** Tables of results: points under points, intervals below numbers, and the best of a column told by mark and weight. */

import { formatInterval, formatNumber, NONE, shownValue } from '../../words/numbers.js';
import { type Html, html } from '../drawing/html.js';
import { type Domain, intervalBar, intervalDomain } from '../drawing/interval-bar.js';
import type { ReportNumber, ReportTable } from '../report-data.js';
import { partsSection, type Section, scrollBox, sentences, spoken } from './section.js';

type Cell = string | ReportNumber;
type Column = ReportTable['columns'][number];

const isNumber = (cell: Cell | undefined): cell is ReportNumber => typeof cell === 'object';

/** What all cells of a column have to agree on. */
interface ColumnLook {
  readonly column: Column;
  readonly domain: Domain | undefined;
  /** Most digits after the point. */
  readonly digits: number;
  /** As shown; undefined: none stands out. */
  readonly best: number | undefined;
}

function lookOf(column: Column, cells: readonly (Cell | undefined)[]): ColumnLook {
  const numbers = cells.filter(isNumber);
  const values = numbers.map(shownValue).filter((value) => Number.isFinite(value));
  // The best of equals, or of one, is no finding.
  const compared = column.best !== undefined && new Set(values).size > 1;
  const extreme = column.best === 'low' ? Math.min : Math.max;
  return {
    column,
    domain: intervalDomain(numbers),
    digits: Math.max(0, ...numbers.map(({ digits }) => digits)),
    best: compared ? extreme(...values) : undefined,
  };
}

/** Room for the digits that other numbers of the column have, so that all points stand below one another. */
function padding(own: number, most: number): Html | undefined {
  if (own >= most) return undefined;
  const missing = `${own === 0 ? '.' : ''}${'0'.repeat(most - own)}`;
  return html`<span class="pad" data-pad="${missing}"></span>`;
}

function numberCell(cell: ReportNumber, { domain, digits, best }: ColumnLook): Html {
  const { value, low, high } = cell;
  const isBest = best !== undefined && shownValue(cell) === best;
  const shown = html`${formatNumber(value, cell.digits)}${padding(Number.isFinite(value) ? cell.digits : 0, digits)}`;
  const interval =
    low === undefined || high === undefined
      ? undefined
      : html`<small>${spoken('interval ')}${formatInterval(low, high, cell.digits)}</small>`;
  const marked = isBest
    ? html`<strong><span class="star" aria-hidden="true">★</span>${shown}${spoken(' best')}</strong>`
    : shown;
  return html`<td class="number${isBest ? ' best' : ''}">${marked}${interval}${domain && intervalBar(cell, domain)}</td>`;
}

function heading({ title, align, best }: Column): Html {
  const hint =
    best === undefined
      ? undefined
      : html`&nbsp;<span class="soft" aria-hidden="true">${best === 'high' ? '↑' : '↓'}</span>${spoken(`, ${best === 'high' ? 'higher' : 'lower'} is better`)}`;
  return html`<th scope="col" class="${align}">${title}${hint}</th>`;
}

function tableOf({ name, columns, rows }: ReportTable): Html {
  const looks = columns.map((column, c) =>
    lookOf(
      column,
      rows.map((row) => row[c]),
    ),
  );
  const body = rows.map((row) => {
    const cells = looks.map((look, c) => {
      const cell = row[c] ?? NONE;
      if (isNumber(cell)) return numberCell(cell, look);
      return c === 0
        ? html`<th scope="row" class="${look.column.align}">${cell}</th>`
        : html`<td class="${look.column.align}">${cell}</td>`;
    });
    return html`<tr>${cells}</tr>`;
  });
  return scrollBox(
    name,
    html`<table class="results"><thead><tr>${columns.map(heading)}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** Explains the marks that are there. */
function legend(tables: readonly ReportTable[]): Html | undefined {
  const starred = tables.some(({ columns }) => columns.some(({ best }) => best !== undefined));
  const intervals = tables.some(({ rows }) => rows.some((row) => intervalDomain(row.filter(isNumber)) !== undefined));
  if (!starred && !intervals) return undefined;
  return html`<p class="note">${
    starred ? html`<span aria-hidden="true">★</span> marks the best number of a column. ` : undefined
  }${
    intervals
      ? 'Below a number stands its confidence interval, as a bar on a scale that the column shares: where bars overlap widely, a difference may be chance.'
      : undefined
  }</p>`;
}

/** Tables, each with its caption above and its remarks below. */
export const resultsSection = (tables: readonly ReportTable[]): Section | undefined =>
  partsSection(
    'results',
    'Results',
    tables,
    (table) => html`<p class="note">${table.caption}</p>${tableOf(table)}${sentences(table.remarks)}`,
    legend(tables),
  );
