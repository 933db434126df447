/** Trainings on the card and on the processor by `ftu train`: the same losses, and how many images a second. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchCard } from './busy.mjs';

/** The network of the starter model; nothing in its steps is drawn at random, so that two devices can be compared. */
const NETWORK = ['--encoder', 'tu-tf_efficientnetv2_b0', '--encoder-weights', 'none', '--split', 'none'];

/** Greatest relative difference of a loss from the processor's in float32. */
const BOUNDS = { float32: 0.01, bfloat16: 0.05 };

/** Of a training that is timed; a processor that stands for a card gets less. */
const SECONDS = { cpu: 8, other: 30 };

/** Batches of an epoch that is timed; the first epoch, in which libraries start, is not counted. */
const TIMED_BATCHES = 100;

/** Trains in a folder of its own. @returns the lines of its history, an epoch each */
async function train({ ftu, folder, inputs, batchSize }, name, device, precision, ...settings) {
  const data = await inputs.data();
  const machine = ['--device', device, '--precision', precision, '--batch-size', batchSize, '--seed', 1];
  await ftu('train', '--data', data, '--out', name, ...NETWORK, ...machine, ...settings);
  const lines = readFileSync(join(folder, name, 'history.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** Trains with epochs of one step, so that the history has the loss of each step. */
async function losses(check, name, device, precision) {
  const { batchSize, steps, say } = check;
  say(`training ${steps} steps on ${device} in ${precision}`);
  const length = ['--samples-per-epoch', batchSize, '--epochs', steps, '--set', 'augment.preset=none'];
  const history = await train(check, name, device, precision, ...length);
  return history.map(({ loss }) => loss);
}

/** Greatest difference of two lists, relative to the second; infinite where they are not as long or a value is no number. */
export function greatestDifference(found, wanted) {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  const apart = found.map((value, i) => Math.abs(value - wanted[i]) / Math.abs(wanted[i]));
  return apart.every(Number.isFinite) ? Math.max(...apart) : Number.POSITIVE_INFINITY;
}

const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

/** Compares the losses of a training on the card with those of the same training on the processor in float32. */
export async function lossRow(check, precision, row) {
  const bound = BOUNDS[precision];
  row.bound = percent(bound);
  const found = await losses(check, `losses-${precision}`, check.trainOn, precision);
  row.onDevice = check.kind !== 'cpu';
  check.wantedLosses ??= losses(check, 'losses-processor', 'cpu', 'float32');
  const wanted = await check.wantedLosses;
  const apart = greatestDifference(found, wanted);
  row.verdict = apart <= bound ? 'ok' : 'FAILED';
  const ends = [found.at(0), found.at(-1)].map((loss) => loss.toFixed(4)).join(' to ');
  const against = precision === 'float32' ? "the processor's" : "the processor's in float32";
  row.result = `${found.length} losses, ${ends}, at most ${percent(apart)} apart from ${against}`;
}

/** Images per second over all epochs but the first, or over that one where there is no other. */
export function imagesPerSecond(history, batchSize) {
  const counted = history.length > 1 ? history.slice(1) : history;
  const before = history.length > 1 ? history[0].step : 0;
  let [seconds, last] = [0, before];
  for (const { step, imagesPerSecond: rate } of counted) {
    seconds += ((step - last) * batchSize) / rate;
    last = step;
  }
  return ((last - before) * batchSize) / seconds;
}

/** Trains for a time, with the usual augmentation and loading. */
async function speed(check, name, device, precision) {
  const { batchSize, kind, say } = check;
  const seconds = SECONDS[kind] ?? SECONDS.other;
  say(`training for ${seconds} s on ${device} in ${precision}`);
  const length = ['--samples-per-epoch', TIMED_BATCHES * batchSize, '--epochs', 10_000, '--max-minutes', seconds / 60];
  return imagesPerSecond(await train(check, name, device, precision, ...length), batchSize);
}

const rounded = (value) => Number(value.toPrecision(3));

/** Measures how many images a second a training does on the card, in float32 also on the processor. */
export async function speedRow(check, precision, row) {
  const { trainOn, kind } = check;
  const watch = precision === 'float32' ? watchCard(check) : undefined;
  const onCard = await speed(check, `speed-${precision}`, trainOn, precision).finally(() => watch?.end());
  row.onDevice = kind !== 'cpu';
  check.busy ??= watch?.shares;
  row.verdict = 'measured';
  row.result = `${rounded(onCard)} images/s on ${trainOn}`;
  if (precision !== 'float32' || kind === 'cpu') return;
  const onProcessor = await speed(check, 'speed-processor', 'cpu', precision);
  row.result += `, ${rounded(onProcessor)} on the processor (${rounded(onCard / onProcessor)} times)`;
}
