/** What was run, what came of it, and what it cost. */

import { formatBytes, formatDuration, NONE } from '../../words/numbers.js';
import { type Html, html } from '../drawing/html.js';
import type { ReportStep, StepStatus } from '../report-data.js';
import { type Section, scrollBox } from './section.js';

const statuses: Readonly<Record<StepStatus, { readonly sign: string; readonly word: string }>> = {
  done: { sign: '✓', word: 'done' },
  kept: { sign: '↺', word: 'kept from an earlier run' },
  failed: { sign: '✕', word: 'failed' },
  skipped: { sign: '–', word: 'not reached' },
};

function row(step: ReportStep, all: number): Html {
  const { sign, word } = statuses[step.status];
  const share = step.seconds === null || all === 0 ? 0 : (step.seconds / all) * 100;
  return html`<tr class="${step.status}"><th scope="row">${step.name}<code>${step.kind}</code></th><td class="status"><span aria-hidden="true">${sign}</span>&nbsp;${word}</td><td class="number">${step.seconds === null ? NONE : formatDuration(step.seconds)}</td><td class="bars"><div class="bar" style="width:${share.toFixed(1)}%"></div></td><td class="number">${step.peakBytes === null ? NONE : formatBytes(step.peakBytes)}</td><td class="text">${step.summary}</td></tr>`;
}

/** Steps in the order in which they ran; a bar is the share of the time of all. */
export function stepsSection(steps: readonly ReportStep[]): Section | undefined {
  if (steps.length === 0) return undefined;
  const seconds = steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0);
  const peak = Math.max(0, ...steps.map((step) => step.peakBytes ?? 0));
  const head = html`<thead><tr><th scope="col">Step</th><th scope="col">State</th><th scope="col" class="right">Time</th><th scope="col">Share</th><th scope="col" class="right">Peak memory</th><th scope="col">Outcome</th></tr></thead>`;
  const foot = html`<tfoot><tr><th scope="row">All</th><td></td><td class="number">${formatDuration(seconds)}</td><td></td><td class="number">${peak === 0 ? NONE : formatBytes(peak)}</td><td></td></tr></tfoot>`;
  return {
    ...{ id: 'steps', title: 'Steps, time and memory', parts: [] },
    body: scrollBox(
      'Steps',
      html`<table class="steps">${head}<tbody>${steps.map((step) => row(step, seconds))}</tbody>${foot}</table>`,
    ),
  };
}
