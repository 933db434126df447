/** Small line charts as inline SVG, so that a report is one file that opens anywhere and prints well. */

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Fixed ends of the y axis; without them the data decide. */
  readonly yRange?: readonly [number, number];
}

const width = 520;
const height = 280;
const margin = { left: 52, right: 14, top: 34, bottom: 42 };

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);

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

/** An SVG element; empty series are left out, and a chart without any point says so. */
export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const drawn = series.filter((item) => item.points.length > 0);
  const all = drawn.flatMap((item) => item.points).filter((p) => Number.isFinite(p.y));
  const title = escapeHtml(options.title);
  const head = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><text x="${margin.left}" y="18" class="chart-title">${title}</text>`;
  if (all.length === 0)
    return `${head}<text x="${width / 2}" y="${height / 2}" text-anchor="middle">no data</text></svg>`;
  const xs = all.map((p) => p.x);
  const ys = all.map((p) => p.y);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = options.yRange ?? [Math.min(0, ...ys), Math.max(...ys) || 1];
  const x = (value: number): number =>
    margin.left + ((value - x0) / (x1 - x0 || 1)) * (width - margin.left - margin.right);
  const y = (value: number): number =>
    height - margin.bottom - ((value - y0) / (y1 - y0 || 1)) * (height - margin.top - margin.bottom);
  const grid = niceTicks(y0, y1).map(
    (tick) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" class="grid"/>` +
      `<text x="${margin.left - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${tick}</text>`,
  );
  const bottom = niceTicks(x0, x1, 6)
    .filter((tick) => Number.isInteger(tick))
    .map(
      (tick) =>
        `<text x="${x(tick).toFixed(1)}" y="${height - margin.bottom + 16}" text-anchor="middle">${tick}</text>`,
    );
  const lines = drawn.map((item) => {
    const points = item.points.filter((p) => Number.isFinite(p.y));
    const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.x).toFixed(1)} ${y(p.y).toFixed(1)}`).join('');
    const dots =
      points.length > 40
        ? []
        : points.map(
            (p) => `<circle cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}" r="2.5" fill="${item.colour}"/>`,
          );
    return `<path d="${path}" fill="none" stroke="${item.colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const legend = drawn.map((item, i) => {
    const at = width - margin.right - (drawn.length - i) * 110;
    return `<rect x="${at}" y="9" width="12" height="12" fill="${item.colour}"/><text x="${at + 17}" y="19">${escapeHtml(item.name)}</text>`;
  });
  const axes =
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">${escapeHtml(options.xLabel)}</text>` +
    `<text transform="translate(14 ${height / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(options.yLabel)}</text>`;
  return `${head}${grid.join('')}${bottom.join('')}${lines.join('')}${legend.join('')}${axes}</svg>`;
}
