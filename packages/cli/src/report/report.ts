/** The page that a run leaves: one HTML file with everything inside, readable on a phone and on paper. */
import { escapeHtml, lineChart } from './chart.js';
import { overlayColours } from './overlay.js';

export interface ReportStep {
  /** As typed in a shell; running it again does the same. */
  readonly command: string;
  readonly seconds: number;
}

export interface ReportSlide {
  readonly id: string;
  readonly dice: number;
  readonly iou: number;
  /** JPEG with both outlines. */
  readonly overlay: Uint8Array;
}

export interface ReportEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly validationDice?: number | undefined;
}

export interface Report {
  readonly title: string;
  /** One or two sentences: what was trained on what, what was held out. */
  readonly summary: string;
  readonly meanDice: number;
  readonly pooledDice: number;
  readonly slides: readonly ReportSlide[];
  readonly history: readonly ReportEpoch[];
  readonly steps: readonly ReportStep[];
  /** What it ran on and with: machine, versions, seed. */
  readonly facts: readonly (readonly [string, string])[];
  readonly date: Date;
}

const style = `
:root { color-scheme: light dark; --ink: #1c2330; --paper: #fdfdfb; --soft: #667085; --line: #d9dde4; --accent: #8a1c5f; --bar: #c2639d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --paper: #14171d; --soft: #9aa3b2; --line: #333a46; --accent: #ef9bcb; --bar: #a84f86; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 2rem 1.2rem 4rem; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; } h2 { margin: 2.4rem 0 .6rem; font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
.lead { color: var(--soft); max-width: 46rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.6rem; margin: 1.4rem 0; } .figures b { display: block; font-size: 2rem; color: var(--accent); line-height: 1.1; } .figures span { color: var(--soft); font-size: .9rem; }
.charts { display: grid; max-width: 54rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); } svg .chart-title { font-weight: 600; font-size: 13px; } svg .grid { stroke: var(--line); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .93rem; } th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } td.n { font-variant-numeric: tabular-nums; width: 5rem; }
.bar { height: .8rem; background: var(--bar); border-radius: 2px; min-width: 1px; }
code { font: .87rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
figure { margin: 0 0 1.6rem; break-inside: avoid; } figure img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; display: block; } figcaption { color: var(--soft); font-size: .9rem; margin-top: .3rem; }
figure img { cursor: zoom-in; } dialog { border: 0; padding: 0; max-width: none; max-height: none; width: 100vw; height: 100vh; background: #000d; } dialog img { display: block; width: 100%; height: 100%; object-fit: contain; cursor: zoom-out; }
.key { display: inline-block; width: 1.6rem; height: .3rem; vertical-align: middle; margin: 0 .3rem 0 .9rem; outline: 1px solid #0006; }
@media print { body { font-size: 11pt; } }`;

/** A click opens a picture over the whole window; another one, or Escape, closes it. */
const script = `
const large = document.querySelector('dialog');
for (const picture of document.querySelectorAll('figure img')) {
  picture.addEventListener('click', () => { large.querySelector('img').src = picture.src; large.showModal(); });
}
large.addEventListener('click', () => large.close());`;

const duration = (seconds: number): string =>
  seconds < 90 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;

const css = (colour: readonly number[]): string => `rgb(${colour.join(' ')})`;

function slideTable(slides: readonly ReportSlide[]): string {
  const rows = [...slides]
    .sort((a, b) => a.dice - b.dice)
    .map(
      (slide) =>
        `<tr><td><a href="#${encodeURIComponent(slide.id)}">${escapeHtml(slide.id)}</a></td><td class="n">${slide.dice.toFixed(4)}</td>` +
        `<td class="n">${slide.iou.toFixed(4)}</td><td><div class="bar" style="width:${(slide.dice * 100).toFixed(1)}%"></div></td></tr>`,
    );
  return `<div class="scroll"><table><thead><tr><th>slide, worst first</th><th>Dice</th><th>IoU</th><th style="width:40%"></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function figure(slide: ReportSlide): string {
  const source = `data:image/jpeg;base64,${Buffer.from(slide.overlay).toString('base64')}`;
  return (
    `<figure id="${encodeURIComponent(slide.id)}"><img loading="lazy" alt="${escapeHtml(slide.id)} with outlines" src="${source}">` +
    `<figcaption><b>${escapeHtml(slide.id)}</b> · Dice ${slide.dice.toFixed(4)}</figcaption></figure>`
  );
}

/** The whole page as text; nothing in it is loaded from elsewhere. */
export function renderReport(report: Report): string {
  const total = report.steps.reduce((sum, step) => sum + step.seconds, 0);
  const losses = { name: 'loss', colour: '#c2410c', points: report.history.map((e) => ({ x: e.epoch, y: e.loss })) };
  const scores = report.history.flatMap((e) =>
    e.validationDice === undefined ? [] : [{ x: e.epoch, y: e.validationDice }],
  );
  const charts = [
    lineChart([losses], { title: 'Training loss', xLabel: 'epoch', yLabel: 'BCE + Dice loss' }),
    ...(scores.length > 0
      ? [
          lineChart([{ name: 'Dice', colour: '#0f766e', points: scores }], {
            title: 'Dice on the validation slides',
            xLabel: 'epoch',
            yLabel: 'mean Dice per slide',
            yRange: [0, 1],
          }),
        ]
      : []),
  ];
  const steps = report.steps.map(
    (step) => `<tr><td><code>${escapeHtml(step.command)}</code></td><td class="n">${duration(step.seconds)}</td></tr>`,
  );
  const facts = report.facts.map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(report.title)}</title><style>${style}</style></head>
<body>
<h1>${escapeHtml(report.title)}</h1>
<p class="lead">${escapeHtml(report.summary)}</p>
<div class="figures"><div><b>${report.meanDice.toFixed(4)}</b><span>mean Dice, ${report.slides.length} unseen ${report.slides.length === 1 ? 'slide' : 'slides'}</span></div>
<div><b>${report.pooledDice.toFixed(4)}</b><span>Dice, pooled over pixels</span></div><div><b>${duration(total)}</b><span>from the first command to this page</span></div></div>
<h2>Training</h2><div class="charts">${charts.join('')}</div>
<h2>Scores</h2>${slideTable(report.slides)}
<h2>Pictures</h2><p class="lead"><span class="key" style="background:${css(overlayColours.truth)}"></span>truth <span class="key" style="background:${css(overlayColours.prediction)}"></span>prediction. A click opens a picture large.</p>
${[...report.slides]
  .sort((a, b) => a.dice - b.dice)
  .map(figure)
  .join('\n')}
<h2>What was run</h2><div class="scroll"><table><tbody>${steps.join('')}</tbody></table></div>
<h2>On what</h2><div class="scroll"><table><tbody>${facts.join('')}</tbody></table></div>
<p class="lead">Written by ftuseg on ${report.date.toISOString().slice(0, 16).replace('T', ' ')} UTC.</p>
<dialog><img alt=""></dialog>
<script>${script}</script>
</body></html>
`;
}
