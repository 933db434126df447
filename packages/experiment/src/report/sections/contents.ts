/** The list of contents: beside the page where it is wide, above it where it is not. */
import { type Html, html } from '../drawing/html.js';
import type { Section } from './section.js';

/** A part alone needs no entry below its section's. */
const partsOf = ({ parts }: Section): Html | undefined =>
  parts.length < 2
    ? undefined
    : html`<ol>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>`;

export const contents = (sections: readonly Section[]): Html =>
  html`<nav aria-label="Contents"><ol>${sections.map(
    (section) => html`<li><a href="#${section.id}">${section.title}</a>${partsOf(section)}</li>`,
  )}</ol></nav>`;
