/** What outlines and hatchings in the pictures of an evaluation mean; drawn as `drawMatches` of @ftuseg/infer draws them. */
import { type Html, html } from './html.js';

const swatch = (inside: Html): Html => html`<svg viewBox="0 0 26 18" class="swatch" aria-hidden="true">${inside}</svg>`;

const TRUE_POSITIVE = html`<rect x="2" y="2" width="22" height="14" rx="6" fill="none" stroke="#fff" stroke-width="1"/><rect x="1.5" y="1.5" width="23" height="15" rx="7" fill="none" stroke="#00dc5a" stroke-width="2.5"/>`;
const FALSE_NEGATIVE = html`<rect x="1.5" y="1.5" width="23" height="15" rx="7" fill="none" stroke="#005aff" stroke-width="2.5"/><path d="M5 14L14 3M11 15L20 4M17 15L23 7" stroke="#005aff" stroke-width="1.5"/>`;
const FALSE_POSITIVE = html`<rect x="1.5" y="1.5" width="23" height="15" rx="7" fill="none" stroke="#ff8200" stroke-width="2.5"/><path d="M5 14L14 3M11 15L20 4M17 15L23 7M21 14L12 3M15 15L6 4M9 15L3 7" stroke="#ff8200" stroke-width="1.5"/>`;

/** A list of three; to be put above the pictures. */
export const pictureLegend = (): Html =>
  html`<ul class="legend" aria-label="Legend of the pictures"><li>${swatch(TRUE_POSITIVE)} true positive: green outline, thin white where the truth is</li><li>${swatch(FALSE_NEGATIVE)} false negative: blue, diagonal lines</li><li>${swatch(FALSE_POSITIVE)} false positive: orange, crossing lines</li></ul><p class="note">A click or Enter opens a picture large; arrow keys go on, Escape closes.</p>`;
