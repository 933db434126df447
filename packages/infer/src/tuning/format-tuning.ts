/** What a search found, for people: settings before and after, and three scores of every slide. */
import type { Tuning } from './tune.node.js';
import { describeSetting, tunable } from './tuned-settings.js';

const score = (value: number | null): string => (value === null ? '-' : value.toFixed(4)).padStart(8);

/** @example console.log(formatTuning(await tune(jobs, options))); */
export function formatTuning(tuning: Tuning): string {
  const { classes, start, tuned, dice, slides, steps } = tuning;
  const settings = tunable.map((name) => [name, ...[start, tuned].map((one) => describeSetting(name, one, classes))]);
  const widths = [0, 1].map((i) => Math.max(12, ...settings.map((cells) => (cells[i] ?? '').length)));
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const width = Math.max(12, ...slides.map(({ id }) => id.length));
  const line = (name: string, values: readonly (number | null)[]): string =>
    `${name.padEnd(width)}  ${values.map(score).join('  ')}`;
  const worstFirst = [...slides].sort((a, b) => a.tuned - b.tuned);
  const head = `${'slide'.padEnd(width)}  ${['default', 'tuned', 'left out'].map((word) => word.padStart(8)).join('  ')}`;
  const path = steps.map(({ setting, settings: at, score: reached }) =>
    row([setting, describeSetting(setting, at, classes), `Dice ${reached.toFixed(4)}`]),
  );
  return [
    row(['setting', 'default', 'tuned']),
    ...settings.map(row),
    ...(path.length === 0 ? [] : ['', 'what raised the score, in order', ...path]),
    '',
    head,
    ...worstFirst.map((slide) => line(slide.id, [slide.default, slide.tuned, slide.leftOut])),
    '-'.repeat(head.length),
    line('mean Dice', [dice.default, dice.tuned, dice.leftOut]),
    '',
    verdict(tuning),
  ].join('\n');
}

function verdict({ dice: { default: before, tuned, leftOut }, groups, groupedBy }: Tuning): string {
  if (tuned === before) return 'Nothing does better than the defaults.';
  if (leftOut === null) {
    return 'All slides are of one group: nothing says what the tuned settings do on slides that they were not chosen on.';
  }
  const meaning = `Left out: settings chosen on the other ${groups - 1} of ${groups} groups${groupedBy === null ? '' : ` (column "${groupedBy}")`}, which is what to expect on new slides.`;
  return leftOut > before ? meaning : `${meaning} There the defaults do as well: keep them.`;
}
