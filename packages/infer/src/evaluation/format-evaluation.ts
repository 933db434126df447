/** An evaluation for people: a table for a terminal, the worst first, since that is what one wants to look at. */
import type { Interval } from '@ftuseg/core';
import type { Evaluation } from './evaluate.node.js';
import type { ScoreName, Summary, Tally } from './scores.js';

/** RQ is not shown: it is F1. */
const columns: readonly { readonly name: ScoreName; readonly title: string }[] = [
  { name: 'dice', title: 'Dice' },
  { name: 'iou', title: 'IoU' },
  { name: 'precision', title: 'Prec.' },
  { name: 'recall', title: 'Recall' },
  { name: 'f1', title: 'F1' },
  { name: 'segmentationQuality', title: 'SQ' },
  { name: 'panopticQuality', title: 'PQ' },
];
const tallies: readonly { readonly name: keyof Tally; readonly title: string }[] = [
  { name: 'truePositives', title: 'TP' },
  { name: 'falseNegatives', title: 'FN' },
  { name: 'falsePositives', title: 'FP' },
];

interface Line {
  readonly name: string;
  readonly values: Readonly<Record<ScoreName, number>>;
  readonly tally?: Tally;
}

const scoreLine = ({ name, values, tally }: Line, width: number): string => {
  const scores = columns.map((column) => values[column.name].toFixed(4));
  const counts = tallies.map((column) => String(tally?.[column.name] ?? '').padStart(6));
  return [name.padEnd(width), ...scores, ...counts].join('  ').trimEnd();
};

const head = (title: string, width: number): string =>
  [
    title.padEnd(width),
    ...columns.map((column) => column.title.padEnd(6)),
    ...tallies.map((column) => column.title.padStart(6)),
  ].join('  ');

/** The mean, and where it may lie. */
function meanLines(name: string, summary: Summary): Line[] {
  const { mean, intervals } = summary;
  const end = (side: keyof Interval): Line[] => {
    if (intervals === null) return [];
    const values = Object.fromEntries(columns.map((column) => [column.name, intervals.mean[column.name][side]]));
    return [{ name: side === 'low' ? '  95 % from' : '  95 % to', values: values as Record<ScoreName, number> }];
  };
  return [{ name, values: mean, tally: summary }, ...end('low'), ...end('high')];
}

const worstFirst = (lines: readonly Line[]): Line[] => [...lines].sort((a, b) => a.values.dice - b.values.dice);

/**
 * Slides, their mean with its interval, and all of them pooled; then groups and classes, where there are any.
 * @example
 * console.log(formatEvaluation(await evaluatePredictions(options)));
 */
export function formatEvaluation(evaluation: Evaluation): string {
  const { slides, groups, classes, groupedBy } = evaluation;
  const parts: { title: string; lines: Line[]; summary: Line[] }[] = [
    {
      title: 'slide',
      lines: worstFirst(slides.map((slide) => ({ name: slide.id, values: slide, tally: slide }))),
      summary: [
        ...meanLines('mean', evaluation),
        { name: 'pooled', values: evaluation.pooled, tally: evaluation },
        ...(classes.length === 1 ? [] : classes.flatMap((item) => meanLines(`mean ${item.name}`, item))),
      ],
    },
  ];
  if (groupedBy !== null) {
    const lines = worstFirst(groups.map((group) => ({ name: group.name, values: group, tally: group })));
    parts.push({ title: groupedBy, lines, summary: [] });
  }
  const names = parts.flatMap(({ title, lines, summary }) => [
    title,
    ...[...lines, ...summary].map(({ name }) => name),
  ]);
  const width = names.reduce((most, name) => Math.max(most, name.length), 12);
  const rule = '-'.repeat(width + 8 * (columns.length + tallies.length));
  const text = parts.map(({ title, lines, summary }) => [
    head(title, width),
    ...lines.map((line) => scoreLine(line, width)),
    ...(summary.length === 0 ? [] : [rule, ...summary.map((line) => scoreLine(line, width))]),
    '',
  ]);
  return [...text.flat(), ...calibrationLines(evaluation), footnote(evaluation)].join('\n');
}

function calibrationLines({ calibration }: Evaluation): string[] {
  if (calibration === null) return [];
  const { objects, positives, mean, calibrated, intervals } = calibration;
  const from = (interval: Interval | null | undefined): string =>
    interval == null ? '' : ` (95 %: ${interval.low.toFixed(4)} to ${interval.high.toFixed(4)})`;
  const after =
    calibrated === null ? '' : `, of calibrated ones ${calibrated.toFixed(4)}${from(intervals?.calibrated)}`;
  return [
    `ECE of objects by their mean probability ${mean.toFixed(4)}${from(intervals?.mean)}${after}: ${objects} objects, ${positives} of them true for the most part.`,
    '',
  ];
}

function footnote({ intervals, iouThreshold, groupedBy, groups, slides }: Evaluation): string {
  const number = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  const units =
    groupedBy === null
      ? number(slides.length, 'slide', 'slides')
      : number(groups.length, `value of ${groupedBy}`, `values of ${groupedBy}`);
  const interval =
    intervals === null
      ? `${units}: too few for an interval.`
      : `95 %: bootstrap interval of the mean, ${units} drawn 2,000 times.`;
  return `Objects match above an IoU of ${iouThreshold}. ${interval}`;
}
