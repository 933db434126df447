/** Scores slide by slide, the worst first, with pictures of true positives, false negatives and false positives: where a sceptic looks. */

import { counted, formatInterval, formatNumber } from '../../words/numbers.js';
import { type Html, html } from '../drawing/html.js';
import { PICTURE_LIMIT, type PictureBook, pictureShares } from '../drawing/picture.js';
import { pictureLegend } from '../drawing/picture-legend.js';
import { scoreStrip } from '../drawing/score-strip.js';
import type { ReportEvaluation, ReportSlide } from '../report-data.js';
import { partsSection, type Section, scrollBox } from './section.js';

/** Rows that are in sight at once; the rest unfolds. */
const ROWS = 60;

/** Slides with the lowest Dice first; ids decide between equals. */
export const worstFirst = (slides: readonly ReportSlide[]): ReportSlide[] =>
  [...slides].sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));

const total = (slides: readonly ReportSlide[], key: 'truePositives' | 'falseNegatives' | 'falsePositives'): number =>
  slides.reduce((sum, slide) => sum + slide[key], 0);

const tally = ({
  truePositives,
  falseNegatives,
  falsePositives,
}: Omit<ReportSlide, 'id' | 'dice' | 'picture'>): string =>
  `${counted(truePositives, 'true positive')}, ${counted(falseNegatives, 'false negative')}, ${counted(falsePositives, 'false positive')}`;

function keyFigures({ slides, meanDice, interval, pooledDice }: ReportEvaluation): Html {
  const [truePositives, falseNegatives, falsePositives] = [
    total(slides, 'truePositives'),
    total(slides, 'falseNegatives'),
    total(slides, 'falsePositives'),
  ];
  const range =
    interval === null ? 'too few slides for an interval' : `95 %: ${formatInterval(interval.low, interval.high, 4)}`;
  return html`<dl class="figures"><div><dt>Mean Dice</dt><dd>${formatNumber(meanDice, 4)} <small>${range}</small></dd></div><div><dt>Pooled Dice</dt><dd>${formatNumber(pooledDice, 4)} <small>each pixel counts the same</small></dd></div><div><dt>Objects</dt><dd>${formatNumber(truePositives, 0)} found <small>${counted(falseNegatives, 'false negative')}, ${counted(falsePositives, 'false positive')}</small></dd></div></dl>`;
}

function row(slide: ReportSlide, pictureId: string | undefined): Html {
  const name = pictureId === undefined ? slide.id : html`<a href="#${pictureId}">${slide.id}</a>`;
  const share = Math.min(1, Math.max(0, slide.dice)) * 100;
  return html`<tr><th scope="row">${name}</th><td class="number">${formatNumber(slide.dice, 4)}</td><td class="bars"><div class="bar" style="width:${share.toFixed(1)}%"></div></td><td class="number">${formatNumber(slide.truePositives, 0)}</td><td class="number">${formatNumber(slide.falseNegatives, 0)}</td><td class="number">${formatNumber(slide.falsePositives, 0)}</td></tr>`;
}

function slideTable(label: string, rows: readonly Html[]): Html {
  const head = html`<thead><tr><th scope="col">Slide, worst first</th><th scope="col" class="right">Dice</th><td class="bars"></td><th scope="col" class="right">True positives</th><th scope="col" class="right">False negatives</th><th scope="col" class="right">False positives</th></tr></thead>`;
  return scrollBox(label, html`<table class="slides">${head}<tbody>${rows}</tbody></table>`);
}

function evaluation(item: ReportEvaluation, share: number, book: PictureBook): Html {
  const slides = worstFirst(item.slides);
  const pictured = slides.filter(({ picture }) => picture !== undefined);
  const figures = new Map(
    pictured.slice(0, share).flatMap((slide) =>
      slide.picture === undefined
        ? []
        : [
            [
              slide.id,
              book.figure(slide.picture, {
                alt: `Slide ${slide.id}: ${tally(slide)}`,
                title: slide.id,
                caption: `Dice ${formatNumber(slide.dice, 4)}: ${tally(slide)}`,
              }),
            ],
          ],
    ),
  );
  const rows = slides.map((slide) => row(slide, figures.get(slide.id)?.id));
  const more = rows.slice(ROWS);
  const rest =
    more.length === 0
      ? undefined
      : html`<details><summary>The other ${counted(more.length, 'slide')}</summary>${slideTable(`${item.name}, the other slides`, more)}</details>`;
  const left = pictured.length - figures.size;
  const omitted =
    left === 0
      ? undefined
      : html`<p class="note">Pictures of the worst ${counted(figures.size, 'slide')} are shown; ${formatNumber(left, 0)} more were left out, since a page takes ${PICTURE_LIMIT}.</p>`;
  const gallery =
    figures.size === 0
      ? undefined
      : html`<div class="gallery">${[...figures.values()].map(({ figure }) => figure)}</div>`;
  return html`<p class="note">${item.summary}</p>${keyFigures(item)}${scoreStrip(item)}${slideTable(item.name, rows.slice(0, ROWS))}${rest}${omitted}${gallery}`;
}

/** Evaluations with the pictures of their worst slides; at most 60 pictures over all of them. */
export function evaluationsSection(evaluations: readonly ReportEvaluation[], book: PictureBook): Section | undefined {
  const counts = evaluations.map(({ slides }) => slides.filter(({ picture }) => picture !== undefined).length);
  const shares = pictureShares(counts);
  const legend = counts.some((count) => count > 0) ? pictureLegend() : undefined;
  return partsSection(
    'slides',
    'Slide by slide',
    evaluations,
    (item, _id, index) => evaluation(item, shares[index] ?? 0, book),
    legend,
  );
}
