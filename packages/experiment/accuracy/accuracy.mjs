/**
 * A benchmark of generalisation: one hospital is left out, networks are trained on the others, and everything is counted on the one left out.
 * Hours of work that goes on where it was stopped: `make accuracy`. Results are small files beside this one; a table is made of all of them.
 *
 * --data FOLDER with kidney-roi, kidney-he-biopsies, kidney-multistain; --weights FOLDER with efficientnetv2-b0 and efficientnet-lite0; --out FOLDER
 * for the work and --results FOLDER for the counts.
 * --rows ours,strong and --hospitals centre-2 and --seeds 1,2,3 choose; --windows 6400 is the budget of a training; --micrometres 4 per
 * pixel; --tile 128 px is the side of a window. Another budget, scale or window wants folders of its own.
 * --parts 5 leaves a fifth of the cases of one hospital out instead of all: --hospitals centre-5-part-1; folders of its own, again.
 * --drawn FOLDER has the drawn slides of docs/starter.md, for the rows that train on them too.
 * --share 0/2 and --share 1/2 are two processes on the same units, with --threads 1 each. --table only prints what is there.
 */
import { readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setThreads } from '@ftuseg/torch';
import { writeTable } from './hospitals.mjs';
import { preparedImages } from './prepared.mjs';
import { rows } from './rows.mjs';
import { formatTables, summarise } from './table.mjs';
import { runUnit } from './unit.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    weights: { type: 'string', default: '../shared/weights' },
    out: { type: 'string', default: 'accuracy' },
    results: { type: 'string', default: fileURLToPath(new URL('results', import.meta.url)) },
    rows: { type: 'string' },
    hospitals: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3' },
    windows: { type: 'string', default: '6400' },
    micrometres: { type: 'string', default: '4' },
    tile: { type: 'string', default: '128' },
    threads: { type: 'string', default: String(availableParallelism()) },
    parts: { type: 'string' },
    drawn: { type: 'string' },
    share: { type: 'string', default: '0/1' },
    table: { type: 'boolean', default: false },
  },
});

/** Names out of a list that is separated by commas; a mistyped one ends the program. */
function chosen(given, known, what) {
  if (given === undefined) return known;
  const names = given.split(',');
  const odd = names.find((name) => !known.includes(name));
  if (odd !== undefined) throw new Error(`there is no ${what} "${odd}": there are ${known.join(', ')}`);
  return names;
}

/** A row, and the one whose networks it uses, where it trains none. */
function withBase(id) {
  const row = rows.find((one) => one.id === id);
  return { row, base: rows.find((one) => one.id === row.of) };
}

/** Results of all units in a folder; all must be of one budget and scale. */
async function readResults(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  const budgets = new Set(
    found.map((unit) => `${unit.windows} windows of ${unit.tile ?? 128} px at ${unit.micronsPerPixel} µm per pixel`),
  );
  if (budgets.size > 1) throw new Error(`${folder} mixes ${[...budgets].join(' and ')}: give --results another folder`);
  return found;
}

const { out, results: folder } = values;
const [windows, threads, micronsPerPixel, tile] = [values.windows, values.threads, values.micrometres, values.tile].map(
  Number,
);
await mkdir(folder, { recursive: true });
if (!values.table) {
  const parts = values.parts === undefined ? 1 : Number(values.parts);
  const found = await writeTable(values.data, out, parts);
  const { table } = found;
  const [column, cut] = values.parts === undefined ? ['centre', found.centres] : ['part', found.parts];
  const weights = {
    main: join(values.weights, 'efficientnetv2-b0/tf_efficientnetv2_b0.safetensors'),
    lite0: join(values.weights, 'efficientnet-lite0/effnet_lite0_imagenet_dequant_f32.npz'),
  };
  setThreads(threads);
  const [share, shares] = values.share.split('/').map(Number);
  const known = rows.map(({ id }) => id);
  const needsDrawn = (id) => {
    const { row, base } = withBase(id);
    return (base ?? row).drawn === true;
  };
  const asked = chosen(values.rows, known, 'row');
  const ids = values.drawn === undefined ? asked.filter((id) => !needsDrawn(id)) : asked;
  if (ids.length < asked.length) {
    const left = asked.filter((id) => !ids.includes(id)).join(', ');
    if (values.rows !== undefined) throw new Error(`${left}: give the folder of the drawn slides by --drawn`);
    console.error(`left out for want of --drawn: ${left}`);
  }
  const hospitals = chosen(values.hospitals, cut, 'hospital');
  // Every row and hospital with the first seed before the second, so that an interrupted table says something.
  const units = values.seeds
    .split(',')
    .map(Number)
    .flatMap((seed) => ids.flatMap((id) => hospitals.map((heldOut) => ({ id, heldOut, seed }))));
  for (const { id, heldOut, seed } of units.filter((_, index) => index % shares === share)) {
    const { row, base } = withBase(id);
    const data = await preparedImages({ out, table, micronsPerPixel, tile }, (base ?? row).stain);
    const place = { out, results: folder, table, data, weights, drawn: values.drawn };
    const settings = { column, heldOut, seed, windows, threads, micronsPerPixel, tile };
    const unit = await runUnit(row, base, { ...place, ...settings });
    const { dice, f1, alarmsPerArea } = summarise([unit]);
    console.error(
      `${id}, without ${heldOut}, seed ${seed}: Dice ${dice.toFixed(3)}, F1 ${f1.toFixed(3)}, ${alarmsPerArea.toFixed(2)} false alarms per mm² (${unit.seconds.train} s)`,
    );
  }
}
const results = await readResults(folder);
if (results.length === 0) throw new Error(`${folder} holds no results yet`);
console.log(formatTables(rows, results));
const minutes = results.reduce((sum, { seconds }) => sum + seconds.train + seconds.predict, 0) / 60;
console.log(`${results.length} units, ${minutes.toFixed(0)} minutes of training and prediction`);
