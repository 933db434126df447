/**
 * Learns the coefficients that the review's order begins from, and prints the numbers of `src/review/prior.ts`. Predictions at other magnifications stand for networks
 * that know the slides less well; joined by `+`, for the members of an ensemble. Objects below an eighth of a glomerulus are left out: crumbs are so many that nothing else would be learnt.
 *
 *   node packages/studio/bench/review-prior.mjs TABLE=PREDICTIONS[+PREDICTIONS...] ...
 */
import { learned } from '../dist/review/chance.js';
import { judgedItems } from './review-data.mjs';

const pairs = process.argv.slice(2).map((pair) => pair.split('='));
if (pairs.length === 0 || pairs.some(({ length }) => length !== 2)) {
  console.error('usage: node packages/studio/bench/review-prior.mjs TABLE=PREDICTIONS ...');
  process.exit(2);
}
const items = [];
for (const [table, folder] of pairs) {
  const own = await judgedItems(table, folder, { minimumUm2: 4000 });
  const of = (kind, outcome) =>
    own.filter((item) => item.kind === kind && (outcome === undefined || item.outcome === outcome)).length;
  console.error(
    `${folder}: ${of('object')} objects, ${of('object', 1)} wrong; ${of('ghost')} ghosts, ${of('ghost', 1)} real`,
  );
  items.push(...own);
}
const rounded = (value) => Number(value.toFixed(4));
const models = Object.entries(learned(items)).map(([kind, { centre, model }]) => [
  kind,
  {
    centre: centre.map(rounded),
    model: { intercept: rounded(model.intercept), weights: model.weights.map(rounded) },
  },
]);
console.log(JSON.stringify(Object.fromEntries(models), undefined, 2));
