/** Curves of a run as SVG: Dice, loss and learning rate over epochs, side by side. */
import { visibleText } from '@ftuseg/core';
import type { HistoryRecord } from '@ftuseg/folders';

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly value: (record: HistoryRecord) => number | undefined;
}

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Fixed ends of the axis; otherwise those of the data. */
  readonly range?: readonly [number, number];
}

const TRAINING_COLOUR = '#4269d0';
const VALIDATION_COLOUR = '#d0442f';

const panels: readonly Panel[] = [
  {
    title: 'Dice',
    range: [0, 1],
    series: [
      { name: 'training (soft)', colour: TRAINING_COLOUR, value: ({ dice }) => dice },
      { name: 'validation', colour: VALIDATION_COLOUR, value: ({ validationDice }) => validationDice },
    ],
  },
  {
    title: 'Loss',
    series: [
      { name: 'training', colour: TRAINING_COLOUR, value: ({ loss }) => loss },
      { name: 'validation', colour: VALIDATION_COLOUR, value: ({ validationLoss }) => validationLoss },
    ],
  },
  {
    title: 'Learning rate',
    series: [{ name: 'peak group', colour: TRAINING_COLOUR, value: ({ learningRate }) => learningRate }],
  },
];

const WIDTH = 380;
const HEIGHT = 280;
const plot = { left: 56, top: 34, right: WIDTH - 14, bottom: HEIGHT - 40 };

const short = (value: number): string =>
  value === 0 ? '0' : Math.abs(value) < 0.01 || Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toPrecision(3);

const escapeText = (text: string): string => visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function drawPanel({ title, series, range }: Panel, records: readonly HistoryRecord[], left: number): string {
  const points = series.map(({ value }) =>
    records.flatMap((record) => {
      const y = value(record);
      return y === undefined || !Number.isFinite(y) ? [] : [{ x: record.epoch, y, best: record.best }];
    }),
  );
  const values = points.flat().map(({ y }) => y);
  const [low, high] = range ?? [Math.min(0, ...values), Math.max(1e-9, ...values)];
  const last = Math.max(2, ...records.map(({ epoch }) => epoch));
  const px = (x: number): number => plot.left + ((x - 1) / (last - 1)) * (plot.right - plot.left);
  const py = (y: number): number => plot.bottom - ((y - low) / (high - low || 1)) * (plot.bottom - plot.top);
  const at = (x: number, y: number): string => `${px(x).toFixed(1)},${py(y).toFixed(1)}`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low));
  const grid = ticks.map(
    (tick) =>
      `<line x1="${plot.left}" x2="${plot.right}" y1="${py(tick).toFixed(1)}" y2="${py(tick).toFixed(1)}" stroke="#ddd"/>` +
      `<text x="${plot.left - 6}" y="${(py(tick) + 4).toFixed(1)}" text-anchor="end">${short(tick)}</text>`,
  );
  const lines = points.map((line, i) => {
    const colour = series[i]?.colour ?? TRAINING_COLOUR;
    const path = `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${line.map(({ x, y }) => at(x, y)).join(' ')}"/>`;
    const dots =
      line.length < 2 ? line.map(({ x, y }) => `<circle cx="${px(x)}" cy="${py(y)}" r="3" fill="${colour}"/>`) : [];
    return path + dots.join('');
  });
  const legend = series.map(
    ({ name, colour }, i) =>
      `<text x="${plot.right}" y="${20 + (series.length > 1 ? i * 14 - 6 : 0)}" text-anchor="end" fill="${colour}">${escapeText(name)}</text>`,
  );
  return (
    `<g transform="translate(${left} 0)"><text x="${plot.left}" y="22" font-size="15" font-weight="bold">${title}</text>` +
    `${legend.join('')}${grid.join('')}${lines.join('')}` +
    `<text x="${plot.left}" y="${plot.bottom + 18}">1</text><text x="${plot.right}" y="${plot.bottom + 18}" text-anchor="end">${last}</text>` +
    `<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 18}" text-anchor="middle">epoch</text></g>`
  );
}

/** The curves of a history, a self-contained SVG picture. */
export function drawCurves(records: readonly HistoryRecord[], title: string): string {
  const total = WIDTH * panels.length;
  const body = panels.map((panel, i) => drawPanel(panel, records, i * WIDTH)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${HEIGHT}" viewBox="0 0 ${total} ${HEIGHT}" ` +
    `font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="11" fill="#333"><title>${escapeText(title)}</title>` +
    `<rect width="${total}" height="${HEIGHT}" fill="white"/>${body}</svg>\n`
  );
}
