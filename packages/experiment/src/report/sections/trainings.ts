/** Curves of every fold in one chart per quantity, so that a fold that went another way is seen. */

import { formatNumber, NONE } from '../../words/numbers.js';
import { lineChart, type Series, strokeOf } from '../drawing/chart.js';
import { type Html, html } from '../drawing/html.js';
import type { ReportEpoch, ReportFold, ReportTraining } from '../report-data.js';
import { partsSection, type Section, scrollBox } from './section.js';

const series = (folds: readonly ReportFold[], value: (epoch: ReportEpoch) => number | undefined): Series[] =>
  folds.map(({ name, history, bestEpoch }, stroke) => ({
    name,
    stroke,
    marked: bestEpoch,
    points: history.flatMap((epoch) => {
      const y = value(epoch);
      return y === undefined ? [] : [{ x: epoch.epoch, y }];
    }),
  }));

/** From the round tenth below all scores up to 1: late epochs differ by hundredths. */
function scoreRange(drawn: readonly Series[]): [number, number] {
  const least = drawn.flatMap(({ points }) => points).reduce((low, { y }) => Math.min(low, y), 1);
  return [Math.max(0, Math.min(0.9, Math.floor(least * 10) / 10)), 1];
}

function charts({ folds }: ReportTraining): Html {
  const losses = series(folds, ({ loss }) => loss);
  const dice = series(folds, ({ validationDice }) => validationDice);
  const validated = dice.some(({ points }) => points.length > 0);
  const loss = lineChart(losses, { title: 'Training loss', xLabel: 'epoch', yLabel: 'loss' });
  if (!validated)
    return html`<div class="charts">${loss}</div><p class="note">No slides were held back for validation.</p>`;
  const options = {
    title: 'Validation Dice',
    xLabel: 'epoch',
    yLabel: 'mean Dice per slide',
    yRange: scoreRange(dice),
  };
  return html`<div class="charts">${loss}${lineChart(dice, options)}</div>`;
}

function foldRow({ name, history, bestEpoch, validationDice }: ReportFold, index: number): Html {
  const { colour, dashes } = strokeOf(index);
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  const number = (value: number | null | undefined): Html =>
    html`<td class="number">${value === undefined || value === null ? NONE : formatNumber(value, 4)}</td>`;
  return html`<tr><th scope="row"><svg viewBox="0 0 40 10" class="key" aria-hidden="true" style="color:${colour}"><path d="M1 5H39" class="series" stroke-dasharray="${dashes}"/></svg>${name}</th><td class="number">${bestEpoch === 0 ? NONE : `${bestEpoch} of ${history.at(-1)?.epoch ?? 0}`}</td>${number(best?.loss)}${number(best?.dice)}${number(validationDice)}</tr>`;
}

function columnTable({ name, byColumn }: ReportTraining): Html {
  if (byColumn === null) return html``;
  const { column, values } = byColumn;
  const head = html`<thead><tr><th scope="col">${column}</th><th scope="col" class="right">Slides</th><th scope="col" class="right">Cases</th><th scope="col" class="right">Validation Dice</th><th scope="col" class="right">95 % over cases</th></tr></thead>`;
  const rows = values.map(({ value, slides, cases, dice, interval }) => {
    const within = interval === null ? NONE : `${formatNumber(interval.low, 4)} to ${formatNumber(interval.high, 4)}`;
    return html`<tr><th scope="row">${value || NONE}</th><td class="number">${slides}</td><td class="number">${cases}</td><td class="number">${formatNumber(dice, 4)}</td><td class="number">${within}</td></tr>`;
  });
  return scrollBox(
    `Validation of ${name} by ${column}`,
    html`<table class="folds">${head}<tbody>${rows}</tbody></table>`,
  );
}

function training(item: ReportTraining): Html {
  const head = html`<thead><tr><th scope="col">Fold</th><th scope="col" class="right">Best epoch</th><th scope="col" class="right">Loss then</th><th scope="col" class="right">Training Dice then</th><th scope="col" class="right">Validation Dice</th></tr></thead>`;
  const table = html`<table class="folds">${head}<tbody>${item.folds.map(foldRow)}</tbody></table>`;
  return html`<p class="note">${item.summary}</p>${charts(item)}${scrollBox(`Folds of ${item.name}`, table)}${columnTable(item)}`;
}

/** Trainings with their curves; the table below a chart is its legend. */
export const trainingsSection = (trainings: readonly ReportTraining[]): Section | undefined =>
  partsSection(
    'curves',
    'Training curves',
    trainings,
    training,
    html`<p class="note">A ring marks the epoch whose weights were kept.</p>`,
  );
