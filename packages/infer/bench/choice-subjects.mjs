/**
 * What the benchmarks of choices work on: slides with labels, and for each of them models that have not seen it. A source of models is a model
 * file, or the folder of a run in folds, of which each slide gets the model that was validated on it. Answers of networks are remembered while a
 * slide is at hand, since most choices ask for the same tiles.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';

import { bootstrapIntervals, dice, intersectCounts, mean } from '@ftuseg/core';
import { readRunFolds } from '@ftuseg/folders';

import { filterRows, openSlide, parseClasses, readSlideTable } from '@ftuseg/slide';
import { readTruthRuns } from '../dist/evaluation/truth-runs.node.js';
import { assertHeldOut, loadModel, predictSlide, validationRows } from '../dist/index.js';

export { mean };

function remembering(model) {
  const answers = new Map();
  const run = async (batch, shape) => {
    const key = `${shape} ${createHash('sha1').update(batch).digest('base64')}`;
    const known = answers.get(key) ?? model.session.run(batch, shape);
    answers.set(key, known);
    return known;
  };
  const session = { parallel: model.session.parallel, bestBatch: 1, run, close: () => model.session.close() };
  return { model: { ...model, session }, forget: () => answers.clear() };
}

/**
 * @param every all rows of the table
 * @param rows those that are scored
 * @returns for a row, the model of this source that has not seen it; undefined where there is none
 */
async function openSource(path, every, rows) {
  if (!statSync(path).isDirectory()) {
    const only = remembering(await loadModel(path));
    assertHeldOut(only.model.card, rows, path);
    return { of: () => only, all: [only] };
  }
  const folds = await Promise.all(
    (await readRunFolds(path)).map(async ({ model, card }) => ({
      heldOut: new Set(validationRows(card, every, model).map(({ id }) => id)),
      ...remembering(await loadModel(model)),
    })),
  );
  return { of: ({ id }) => folds.find(({ heldOut }) => heldOut.has(id)), all: folds };
}

/**
 * @param group column of the slide table: slides of one value are drawn together by the bootstrap
 * @param choices settings of prediction
 * @returns `scores[choice] = { alone, together }`, Dice of every slide: of each source by itself (their mean), and of all sources together; and
 * `interval`, 95 % of the mean of per-slide values over resampled groups
 */
export async function scoreChoices({ table, filter, group, paths, choices }) {
  const every = await readSlideTable(table);
  const asked = filter === '' ? every : filterRows(every, filter);
  const sources = await Promise.all(paths.map((path) => openSource(path, every, asked)));
  const rows = asked.filter((row) => sources.every(({ of }) => of(row)));
  const scores = choices.map(() => ({ alone: [], together: [] }));
  for (const [number, row] of rows.entries()) {
    console.error(`${number + 1} of ${rows.length}: ${row.id}`);
    const slide = await openSlide(row.image);
    const [truth] = (await readTruthRuns(row, slide, parseClasses(undefined))).classes;
    const models = sources.map(({ of }) => of(row));
    const score = async (some, settings) => {
      const { mask } = await predictSlide(slide, some, { ...settings, micronsPerPixel: row.micronsPerPixel });
      return dice(intersectCounts(mask, truth));
    };
    for (const [i, settings] of choices.entries()) {
      const alone = [];
      for (const { model } of models) alone.push(await score([model], settings));
      scores[i].alone.push(mean(alone));
      const all = models.map(({ model }) => model);
      scores[i].together.push(all.length > 1 ? await score(all, settings) : mean(alone));
    }
    for (const { forget } of models) forget();
    await slide.close();
  }
  await Promise.all(sources.flatMap(({ all }) => all).map(({ model }) => model.close()));
  const names = [...new Set(rows.map(({ columns }) => columns[group]))];
  const units = names.map((name) => [...rows.keys()].filter((i) => rows[i].columns[group] === name));
  const interval = (values) =>
    bootstrapIntervals(units, (sample) => ({ mean: mean(sample.map((i) => values[i])) }), { seed: 1 })?.mean;
  console.log(
    `${rows.length} slides in ${names.length} groups, ${paths.length} sources of models that have not seen them`,
  );
  return { scores, interval };
}

const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

/** A mean difference with its interval, of `scoreChoices`. */
export function difference(values, interval) {
  const found = interval(values);
  const range = found === undefined ? '' : ` (${signed(found.low)} to ${signed(found.high)})`;
  return `${signed(mean(values))}${range}`;
}
