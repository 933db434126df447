/**
 * Out-of-fold Dice of a run of several folds, by the values of a column of its slide tables: each slide is scored by the fold that did not see its
 * case, at the working resolution, as the training did it.
 *
 * `node out-of-fold.mjs RUN [--by centre] [--case slide]`: RUN holds `metrics.json`; 95 % bootstrap intervals over cases.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrapIntervals, mean } from '@ftuseg/core';
import { foldFolder, readRunConfig } from '@ftuseg/folders';
import { openSources, parseTrainConfig } from '@ftuseg/train';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { by: { type: 'string', default: 'centre' }, case: { type: 'string', default: 'slide' } },
});
const [run] = positionals;
if (run === undefined) throw new Error('usage: node out-of-fold.mjs RUN [--by centre] [--case slide]');
const { outOfFold } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
if (!outOfFold) throw new Error(`${run}: there is no out-of-fold score; give a run of several folds`);
const { settings } = await readRunConfig(foldFolder(run, 0));
const { slides } = await openSources(parseTrainConfig(settings));
const columns = new Map(slides.map(({ key, slide }) => [key, slide.columns]));

/** Dice of the slides of each case, for each value of the column. */
const found = new Map();
for (const { id, dice } of outOfFold.slides) {
  const { [values.by]: value, [values.case]: group = id } = columns.get(id) ?? {};
  if (value === undefined) throw new Error(`slide ${id} has no column "${values.by}"`);
  const cases = found.get(value) ?? found.set(value, new Map()).get(value);
  cases.set(group, [...(cases.get(group) ?? []), dice]);
}
console.log(`| ${values.by} | images | cases | mean Dice | 95 % over cases |\n| --- | --- | --- | --- | --- |`);
for (const [value, cases] of [...found].sort(([a], [b]) => a.localeCompare(b))) {
  const all = [...cases.values()];
  const within = bootstrapIntervals(all, (sample) => ({ dice: mean(sample) }))?.dice;
  const interval = within === undefined ? '' : `${within.low.toFixed(3)} to ${within.high.toFixed(3)}`;
  console.log(`| ${value} | ${all.flat().length} | ${all.length} | ${mean(all.flat()).toFixed(3)} | ${interval} |`);
}
