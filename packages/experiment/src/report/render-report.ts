/** The page that an experiment leaves: one HTML file with everything inside, readable on a phone and on paper. */
import { createHash } from 'node:crypto';
import { Html, html } from './drawing/html.js';
import { PictureBook } from './drawing/picture.js';
import { style } from './drawing/style.js';
import { viewerDialog, viewerScript } from './drawing/viewer.js';
import type { ReportData } from './report-data.js';
import { contents } from './sections/contents.js';
import { evaluationsSection } from './sections/evaluations.js';
import { factsSection, recipeSection } from './sections/facts.js';
import { intro } from './sections/intro.js';
import { pseudoLabelsSection } from './sections/pseudo-labels.js';
import { resultsSection } from './sections/results-table.js';
import type { Section } from './sections/section.js';
import { selectionsSection } from './sections/selections.js';
import { stepsSection } from './sections/steps.js';
import { trainingsSection } from './sections/trainings.js';

/** Nothing may be loaded, and no script run but ours, whatever a slide is called. */
const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(viewerScript).digest('base64')}'`;

function sectionsOf(data: ReportData): Section[] {
  const book = new PictureBook();
  return [
    resultsSection(data.tables),
    evaluationsSection(data.evaluations, book),
    trainingsSection(data.trainings),
    selectionsSection(data.selections),
    pseudoLabelsSection(data.pseudoLabels, book),
    stepsSection(data.steps),
    factsSection(data.facts),
    recipeSection(data.recipe),
  ].filter((section) => section !== undefined);
}

/**
 * The whole page as text. Sections without data are left out; all text is escaped; nothing is loaded from elsewhere.
 *
 * @throws {RangeError} when the date is none
 * @example
 * await writeFileAtomic('report.html', renderReport(data));
 */
export function renderReport(data: ReportData): string {
  const sections = sectionsOf(data);
  const main = sections.map(
    ({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}</section>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${data.title}</title><style>${new Html(style)}</style></head>
<body>
<div class="page">
${intro(data)}
${contents(sections)}
<main>
${main}</main>
</div>
${viewerDialog()}
<script>${new Html(viewerScript)}</script>
</body></html>
`.text;
}
