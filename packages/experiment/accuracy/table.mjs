/** From the results of units to one line per row and hospital: means, pooled scores and false alarms, with intervals over cases. */
import { bootstrapIntervals, dice, mean } from '@ftuseg/core';
import { BINS, calibrationError } from './calibration.mjs';
import { COUNTS } from './unit.mjs';

/** The images of a unit, each with its counts by name. */
const imagesOf = ({ images }) =>
  images.map(([group, stain, ...counts]) => ({
    case: group,
    stain,
    ...Object.fromEntries(COUNTS.map((name, i) => [name, counts[i]])),
  }));

const diceOf = ({ intersection, predicted, labelled }) =>
  dice({ intersection, prediction: predicted, truth: labelled });

/** Scores of a list of images. */
function scoresOf(images) {
  const sum = Object.fromEntries(COUNTS.map((name) => [name, images.reduce((total, image) => total + image[name], 0)]));
  const { truePositives, falseNegatives, falsePositives, emptyRegions, alarmedRegions, alarms, squareMillimetres } =
    sum;
  const share = (part, whole) => (whole === 0 ? 0 : part / whole);
  const nothing = images.filter(({ labelled }) => labelled === 0);
  return {
    dice: mean(images.map(diceOf)),
    pooledDice: diceOf(sum),
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    alarmedRegions: share(alarmedRegions, emptyRegions),
    alarmsPerArea: share(alarms, squareMillimetres),
    regions: emptyRegions,
    emptyImages: nothing.length,
    alarmedImages: nothing.filter((image) => image.falsePositives > 0).length,
  };
}

const deviation = (values) => {
  const centre = mean(values);
  return values.length < 2
    ? Number.NaN
    : Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
};

/**
 * Summarises the units of one row on one hospital, or on a part of its images.
 *
 * @param units results of `runUnit` with different seeds
 * @param keep which images count
 * @returns means over seeds, the deviation of the mean Dice between seeds, and a 95 % interval of it over cases
 */
export function summarise(units, keep = () => true) {
  const images = units.map((unit) => imagesOf(unit).filter(keep));
  const scores = images.map(scoresOf);
  const average = Object.fromEntries(Object.keys(scores[0]).map((name) => [name, mean(scores.map((s) => s[name]))]));
  // A case is drawn with all of its images, and each image counts with its mean over seeds.
  const cases = new Map();
  for (const [i, image] of images[0].entries()) {
    const value = mean(images.map((list) => diceOf(list[i])));
    cases.set(image.case, [...(cases.get(image.case) ?? []), value]);
  }
  const interval = bootstrapIntervals([...cases.values()], (sample) => ({ dice: mean(sample) }));
  const bins = Array.from({ length: BINS }, (_, b) =>
    [0, 1, 2].map((k) => units.reduce((sum, unit) => sum + unit.bins[b][k], 0)),
  );
  return {
    ...average,
    images: images[0].length,
    cases: cases.size,
    seeds: units.length,
    diceOfSeeds: scores.map((s) => s.dice),
    spread: deviation(scores.map((s) => s.dice)),
    interval: interval?.dice,
    calibrationError: calibrationError(bins),
    seconds: mean(units.map(({ seconds }) => seconds.train)),
  };
}

const number = (value, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '');
const within = (interval) => (interval === undefined ? '' : `${number(interval.low)} to ${number(interval.high)}`);

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

/** Markdown: one table over all hospitals, one per hospital, one per stain. */
export function formatTables(rows, results) {
  const of = (row, heldOut) =>
    results.filter((unit) => unit.row === row.id && (heldOut === undefined || unit.heldOut === heldOut));
  const present = rows.filter((row) => of(row).length > 0);
  const hospitals = [...new Set(results.map(({ heldOut }) => heldOut))].sort();
  const parts = [];
  const summaries = new Map(
    present.map((row) => [
      row.id,
      new Map(hospitals.flatMap((h) => (of(row, h).length === 0 ? [] : [[h, summarise(of(row, h))]]))),
    ]),
  );
  parts.push('Mean Dice of images of each hospital, the mean of hospitals, and the minutes of a training:\n');
  parts.push(
    line(['row', ...hospitals, 'mean', 'seeds', 'minutes']),
    line(['---', ...hospitals.map(() => '---'), '---', '---', '---']),
  );
  for (const row of present) {
    const found = summaries.get(row.id);
    const values = hospitals.map((h) => found.get(h)?.dice);
    const whole = values.every((value) => value !== undefined);
    const seeds = hospitals.map((h) => found.get(h)?.seeds ?? 0);
    const range =
      Math.min(...seeds) === Math.max(...seeds) ? `${seeds[0]}` : `${Math.min(...seeds)} to ${Math.max(...seeds)}`;
    const minutes = mean([...found.values()].map(({ seconds }) => seconds)) / 60;
    parts.push(
      line([row.name, ...values.map((v) => number(v)), whole ? number(mean(values)) : '', range, number(minutes, 1)]),
    );
  }
  for (const h of hospitals) {
    parts.push(`\n### ${h}\n`);
    const head = [
      'row',
      'Dice',
      '95 % over cases',
      'between seeds',
      'pooled Dice',
      'precision',
      'recall',
      'F1',
      'false alarms per mm²',
      'empty regions with one',
      'empty images with one',
      'ECE',
    ];
    parts.push(line(head), line(head.map(() => '---')));
    for (const row of present) {
      const s = summaries.get(row.id).get(h);
      if (s === undefined) continue;
      const empty = s.regions === 0 ? 'none there' : `${number(100 * s.alarmedRegions, 1)} % of ${s.regions}`;
      const scores = [s.dice, s.pooledDice, s.precision, s.recall, s.f1].map((value) => number(value));
      const [first, ...others] = scores;
      const images = s.emptyImages === 0 ? 'none there' : `${number(s.alarmedImages, 1)} of ${s.emptyImages}`;
      const alarms = [number(s.alarmsPerArea, 2), empty, images, number(s.calibrationError)];
      parts.push(line([row.name, first, within(s.interval), number(s.spread), ...others, ...alarms]));
    }
  }
  const stains = [...new Set(results.flatMap((unit) => imagesOf(unit).map(({ stain }) => stain)))].sort();
  parts.push(
    '\n### By stain\n',
    'Mean Dice of all images of a stain, whichever hospital, each by networks that did not see its hospital:\n',
  );
  parts.push(line(['row', ...stains]), line(['---', ...stains.map(() => '---')]));
  for (const row of present) {
    const cells = stains.map((stain) => {
      const values = of(row).flatMap((unit) =>
        imagesOf(unit)
          .filter((image) => image.stain === stain)
          .map(diceOf),
      );
      return values.length === 0 ? '' : number(mean(values));
    });
    parts.push(line([row.name, ...cells]));
  }
  return `${parts.join('\n')}\n`;
}
