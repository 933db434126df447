/** What it ran on and with, and the recipe in full: enough to run it again. */
import { html } from '../drawing/html.js';
import type { ReportData } from '../report-data.js';
import { type Section, scrollBox } from './section.js';

export function factsSection(facts: ReportData['facts']): Section | undefined {
  if (facts.length === 0) return undefined;
  const rows = facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>`);
  return {
    id: 'facts',
    title: 'Machine, versions, seeds',
    parts: [],
    body: scrollBox('Facts', html`<table class="facts"><tbody>${rows}</tbody></table>`),
  };
}

/** Folded, since it is long; printed in full. */
export const recipeSection = (recipe: string | undefined): Section | undefined =>
  recipe === undefined
    ? undefined
    : {
        id: 'recipe',
        title: 'Recipe',
        parts: [],
        body: html`<details><summary>The recipe as it was run, with every default</summary><pre tabindex="0"><code>${recipe}</code></pre></details>`,
      };
