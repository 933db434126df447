/** Examples of the labels that the second stage got from the first: a wrong pseudo-label is seen sooner than computed. */

import { formatNumber } from '../../words/numbers.js';
import { html } from '../drawing/html.js';
import { PICTURE_LIMIT, type PictureBook, pictureShares } from '../drawing/picture.js';
import type { ReportPseudoLabels } from '../report-data.js';
import { partsSection, type Section } from './section.js';

/** Pseudo-labels with their examples; at most 60 pictures over all of them. */
export function pseudoLabelsSection(labels: readonly ReportPseudoLabels[], book: PictureBook): Section | undefined {
  const shares = pictureShares(labels.map(({ examples }) => examples.length));
  return partsSection('pseudo-labels', 'Pseudo-labels', labels, ({ summary, examples }, _id, index) => {
    const shown = examples.slice(0, shares[index]);
    const figures = shown.map(
      ({ id, caption, picture }) =>
        book.figure(picture, { alt: `Pseudo-labels of slide ${id}: ${caption}`, title: id, caption }).figure,
    );
    const left = examples.length - shown.length;
    const omitted =
      left === 0
        ? undefined
        : html`<p class="note">${formatNumber(left, 0)} more examples were left out, since a page takes ${PICTURE_LIMIT}.</p>`;
    const gallery = figures.length === 0 ? undefined : html`<div class="gallery">${figures}</div>`;
    return html`<p class="note">${summary}</p>${omitted}${gallery}`;
  });
}
