/** The page that an experiment leaves: one HTML file with everything inside, readable on a phone and on paper. */
import { createHash } from 'node:crypto';
import { contents } from './contents.js';
import { evaluationsSection } from './evaluations.js';
import { factsSection, recipeSection } from './facts.js';
import { Html, html } from './html.js';
import { intro } from './intro.js';
import { PictureBook } from './picture.js';
import { pseudoLabelsSection } from './pseudo-labels.js';
import type { ReportData } from './report-data.js';
import { resultsSection } from './results-table.js';
import type { Section } from './section.js';
import { selectionsSection } from './selections.js';
import { stepsSection } from './steps.js';
import { style } from './style.js';
import { trainingsSection } from './trainings.js';
import { viewerDialog, viewerScript } from './viewer.js';

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
