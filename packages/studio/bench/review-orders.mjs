/** Orders of review to compare, as ranks of a hospital's items, and how soon each finds the errors. */
import { createRandom, fitLogistic, logisticProbability } from '@ftuseg/core';
import { isWorthRefitting } from '../dist/review/book.js';
import { chanceOf, learned, refitted } from '../dist/review/chance.js';
import { queueOrder } from '../dist/review/order.js';
import { priorModels } from '../dist/review/prior.js';
import { drawTenth } from '../dist/review/tenth.js';
import { withFeatures } from './review-data.mjs';

const SEED = 20;

const byChance = (items, chance) => [...items].sort((a, b) => chance(b) - chance(a) || (a.id < b.id ? -1 : 1));
const static_ = (models) => (items) => byChance(items, (item) => chanceOf(models, item.kind, item.features));

/** As the studio does it: decisions come one by one, coefficients follow them, the random tenth is strewn in. */
const asDecided = (prior) => (items) => {
  const drawn = drawTenth(items, SEED);
  const order = [];
  let waiting = items;
  let fitted = 0;
  let models = prior;
  while (waiting.length > 0) {
    const chances = waiting.map((item) => ({ id: item.id, item, chance: chanceOf(models, item.kind, item.features) }));
    for (const { item } of queueOrder(chances, drawn, order.length, SEED)) {
      order.push(item);
      if (isWorthRefitting(order.length, fitted)) break;
    }
    fitted = order.length;
    models = refitted(prior, order);
    const done = new Set(order);
    waiting = waiting.filter((item) => !done.has(item));
  }
  return order;
};

/** A logistic model of the mean probability alone, for each kind, learnt on the other hospitals. */
const onlyMean = (others) => {
  const models = new Map(
    ['object', 'ghost'].map((kind) => {
      const own = others.filter((item) => item.kind === kind);
      return [kind, fitLogistic(own.map(({ mean, outcome }) => ({ features: [mean], outcome })))];
    }),
  );
  return (items) => byChance(items, ({ kind, mean }) => logisticProbability(models.get(kind), [mean]));
};

/** @param others items of all other hospitals; no order ever sees the outcomes of the hospital that it orders, but for those of the items before */
export function ordersOf(others) {
  const elsewhere = learned(others);
  return {
    'mean probability': (items) => byChance(items, ({ kind, mean }) => (kind === 'object' ? 1 - mean : mean)),
    'mean probability, learnt on the other hospitals': onlyMean(others),
    'studio: prior from synthetic slides': static_(priorModels),
    'studio: and the decisions so far': asDecided(priorModels),
    'learnt on the other hospitals': static_(elsewhere),
    'learnt on the other hospitals, and the decisions so far': asDecided(elsewhere),
    'perfect order': (items) => byChance(items, ({ outcome }) => outcome),
  };
}

/** @returns share of the errors found within these shares of the queue, and the area under that curve, all 0 to 1 */
export function found(outcomes) {
  const errors = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  let seen = 0;
  let area = 0;
  const curve = [0];
  for (const outcome of outcomes) {
    area += seen + outcome / 2;
    seen += outcome;
    curve.push(seen);
  }
  const at = (share) => curve[Math.round(share * outcomes.length)] / errors;
  return { 10: at(0.1), 25: at(0.25), 50: at(0.5), area: area / errors / outcomes.length };
}

const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))];

/** 95 % intervals over cases drawn with replacement; items keep their ranks. Differences are from the order `base`, on the same draws. */
export function intervals(ranked, base, draws = 1000) {
  const names = Object.keys(ranked);
  const cases = [...new Set(ranked[base].map(({ group }) => group))];
  const random = createRandom(1);
  const all = new Map(names.map((name) => [name, { values: [], apart: [] }]));
  for (let draw = 0; draw < draws; draw++) {
    const times = new Map();
    for (const _ of cases) {
      const group = cases[random.int(cases.length)];
      times.set(group, (times.get(group) ?? 0) + 1);
    }
    const measure = (name) =>
      found(ranked[name].flatMap(({ group, outcome }) => Array(times.get(group) ?? 0).fill(outcome)));
    const reference = measure(base).area;
    if (!Number.isFinite(reference)) continue;
    for (const name of names) {
      const { area } = measure(name);
      all.get(name).values.push(area);
      all.get(name).apart.push(area - reference);
    }
  }
  const pair = (list) => {
    const sorted = list.sort((a, b) => a - b);
    return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  };
  return Object.fromEntries(
    [...all].map(([name, { values, apart }]) => [name, { area: pair(values), apart: pair(apart) }]),
  );
}

/** Items of one hospital as a set of their own, in a random order to begin with. */
export const setOf = (items, hospital) =>
  createRandom(SEED).shuffle(withFeatures(items.filter((item) => item.hospital === hospital)));
