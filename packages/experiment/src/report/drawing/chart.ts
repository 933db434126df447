/** Small line charts as inline SVG, so that a report is one file that opens anywhere and prints well. */
import { type Html, html } from './html.js';

export interface Series {
  readonly name: string;
  /** Which stroke draws it; see `strokeOf`. */
  readonly stroke: number;
  /** Points that are not finite are left out. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** The x of the point that gets a ring. */
  readonly marked?: number | undefined;
}

export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Fixed ends of the y axis; without them the data decide, and 0 is in sight. */
  readonly yRange?: readonly [number, number] | undefined;
}

const width = 440;
const height = 260;
const margin = { left: 50, right: 12, top: 30, bottom: 40 };

/** Series beyond this many points are drawn without dots. */
const DOTS = 40;

const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 2 1 2 1 2', '14 4'];

/** Colour and dashes of a series: neighbours differ in both, and the first 36 are all different. */
export const strokeOf = (index: number): { readonly colour: string; readonly dashes: string } => ({
  colour: `var(--series-${index % dashes.length})`,
  dashes: dashes[(index + Math.floor(index / dashes.length)) % dashes.length] ?? '',
});

/** About `count` round numbers that cover [low, high]. */
export function niceTicks(low: number, high: number, count = 5): number[] {
  const span = high - low || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}

/** Pixels of a value between two ends, which may be the same. */
const scale =
  (from: readonly [number, number], to: readonly [number, number]) =>
  (value: number): number =>
    Number((to[0] + ((value - from[0]) / (from[1] - from[0] || 1)) * (to[1] - to[0])).toFixed(1));

type Scale = (value: number) => number;

function drawSeries({ name, stroke, points, marked }: Series, x: Scale, y: Scale): Html {
  const { colour, dashes: pattern } = strokeOf(stroke);
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.x)} ${y(p.y)}`).join('');
  const dots = points.length > DOTS ? [] : points;
  const best = points.find((p) => p.x === marked);
  return html`<g style="color:${colour}"><path d="${path}" class="series" stroke-dasharray="${pattern}"/>${dots.map(
    (p) => html`<circle cx="${x(p.x)}" cy="${y(p.y)}" r="1.8" fill="currentColor"/>`,
  )}${
    best === undefined
      ? undefined
      : html`<circle cx="${x(best.x)}" cy="${y(best.y)}" r="5" class="best-epoch"><title>${name}: best at ${best.x}</title></circle>`
  }</g>`;
}

/**
 * An `<svg>`; empty series are left out, and a chart without any point says so.
 * @example
 * lineChart([{ name: 'fold 0', stroke: 0, points: [{ x: 1, y: 0.7 }] }], { title: 'Loss', xLabel: 'epoch', yLabel: 'loss' });
 */
export function lineChart(series: readonly Series[], options: ChartOptions): Html {
  const drawn = series
    .map((item) => ({ ...item, points: item.points.filter((p) => Number.isFinite(p.y)) }))
    .filter((item) => item.points.length > 0);
  const all = drawn.flatMap((item) => item.points);
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const frame = (inside: Html): Html =>
    html`<svg viewBox="0 0 ${width} ${height}" class="chart" role="img" aria-label="${options.title}"><text x="${left}" y="16" class="chart-title">${options.title}</text>${inside}</svg>`;
  if (all.length === 0)
    return frame(html`<text x="${width / 2}" y="${height / 2}" text-anchor="middle">no data</text>`);
  const [x0, x1] = extent(all.map((p) => p.x));
  const [low, high] = extent(all.map((p) => p.y));
  const [y0, y1] = options.yRange ?? [Math.min(0, low), high || 1];
  const [x, y] = [scale([x0, x1], [left, right]), scale([y0, y1], [bottom, top])];
  const across = niceTicks(x0, x1, 6).filter((tick) => Number.isInteger(tick));
  return frame(
    html`${niceTicks(y0, y1).map(
      (tick) =>
        html`<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    )}${across.map(
      (tick) => html`<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`,
    )}${drawn.map((item) => drawSeries(item, x, y))}<text x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle" class="soft">${options.xLabel}</text><text transform="translate(12 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle" class="soft">${options.yLabel}</text>`,
  );
}

/** Least and greatest, for lists too long to be arguments of a call. */
function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
