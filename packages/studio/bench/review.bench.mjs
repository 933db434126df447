/**
 * How soon a person who follows the review's queue finds what is wrong: errors (wrong objects, and glomeruli among the ghosts) found within the first tenth, quarter and half of
 * the queue, and the area under the curve of errors found over items seen (0.5: random order), hospital by hospital.
 *
 * Without predictions it has nothing to look at, and is skipped.
 *
 *   node packages/studio/bench/review.bench.mjs [--minimum-area UM2] TABLE=PREDICTIONS ...
 */

import { chanceOf, refitted } from '../dist/review/chance.js';
import { priorModels } from '../dist/review/prior.js';
import { judgedItems } from './review-data.mjs';
import { found, intervals, ordersOf, setOf } from './review-orders.mjs';

const words = process.argv.slice(2);
const minimumUm2 = words[0] === '--minimum-area' ? Number(words.splice(0, 2)[1]) : 0;
const pairs = words.map((pair) => pair.split('='));
if (pairs.length === 0) {
  console.log('review: skipped, it needs predictions of slides with truth: TABLE=PREDICTIONS ...');
  process.exit(0);
}
if (pairs.some(({ length }) => length !== 2) || !Number.isFinite(minimumUm2)) {
  console.error('usage: node packages/studio/bench/review.bench.mjs [--minimum-area UM2] TABLE=PREDICTIONS ...');
  process.exit(2);
}
const items = [];
for (const [table, folder] of pairs) items.push(...(await judgedItems(table, folder, { minimumUm2 })));

const percent = (value) => `${(100 * value).toFixed(0)} %`;
const digits = (value) => value.toFixed(3);
const signed = (value) => (value < 0 ? '' : '+') + digits(value);
const BASE = 'mean probability';
const DECIDED = 'studio: and the decisions so far';

/** After each tenth of the queue: how many of the next hundred are expected to be wrong, and how many are. */
function expectations(order) {
  const parts = [];
  for (let share = 0; share < 10; share++) {
    const start = Math.round((share * order.length) / 10);
    const next = order.slice(start, start + 100);
    const models = refitted(priorModels, order.slice(0, start));
    const expected = next.reduce((sum, { kind, features }) => sum + chanceOf(models, kind, features), 0);
    parts.push(`${Math.round(expected)} / ${next.reduce((sum, { outcome }) => sum + outcome, 0)}`);
  }
  return parts.join(', ');
}
const sums = new Map();

for (const hospital of new Set(items.map((item) => item.hospital))) {
  const own = setOf(items, hospital);
  const of = (kind, outcome) =>
    own.filter((item) => item.kind === kind && (outcome === undefined || item.outcome === outcome)).length;
  if (own.every(({ outcome }) => outcome === 0)) continue;
  const cases = new Set(own.map(({ group }) => group)).size;
  console.log(
    `\n${hospital}: ${cases} cases, ${of('object')} objects (${of('object', 1)} wrong), ${of('ghost')} ghosts (${of('ghost', 1)} real)\n`,
  );
  console.log(
    '| order | first 10 % | 25 % | 50 % | area (95 % over cases) | area beyond mean probability |\n|---|---|---|---|---|---|',
  );
  const orders = ordersOf(items.filter((item) => item.hospital !== hospital));
  const ranked = {
    random: own,
    ...Object.fromEntries(Object.entries(orders).map(([name, order]) => [name, order(own)])),
  };
  const spread = intervals(ranked, BASE);
  for (const [name, list] of Object.entries(ranked)) {
    const one =
      name === 'random' ? { 10: 0.1, 25: 0.25, 50: 0.5, area: 0.5 } : found(list.map(({ outcome }) => outcome));
    const { area, apart } = spread[name];
    const columns = [percent(one[10]), percent(one[25]), percent(one[50])];
    const beyond =
      name === BASE || name === 'random'
        ? ''
        : `${signed(one.area - found(ranked[BASE].map(({ outcome }) => outcome)).area)} (${apart.map(signed).join(' to ')})`;
    const interval = name === 'random' ? '' : ` (${area.map(digits).join(' to ')})`;
    console.log(`| ${name} | ${columns.join(' | ')} | ${digits(one.area)}${interval} | ${beyond} |`);
    sums.set(name, [...(sums.get(name) ?? []), one]);
  }
  console.log(
    `\nwrong among the next hundred, expected / found, after each tenth of the queue: ${expectations(ranked[DECIDED])}`,
  );
}
console.log(
  '\nmean of the hospitals\n\n| order | first 10 % | 25 % | 50 % | area (least to most) |\n|---|---|---|---|---|',
);
for (const [name, all] of sums) {
  const mean = (key) => all.reduce((sum, one) => sum + one[key], 0) / all.length;
  const areas = all.map(({ area }) => area);
  const range = `${digits(Math.min(...areas))} to ${digits(Math.max(...areas))}`;
  console.log(
    `| ${name} | ${percent(mean(10))} | ${percent(mean(25))} | ${percent(mean(50))} | ${digits(mean('area'))} (${range}) |`,
  );
}
