/** Inputs that are made once, and what each command gives undisturbed. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, modelArguments, recipeText } from './commands.mjs';
import { contentsOf } from './contents.mjs';
import { ftu } from './ftu-process.mjs';

async function mustRun(folder, args) {
  const { ended } = ftu(folder, args, folder);
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`ftu ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** Prepared data name the times of their slides: these are the same in every workplace. */
function fixTimes(folder) {
  for (const name of readdirSync(folder, { recursive: true })) utimesSync(join(folder, String(name)), 1e9, 1e9);
}

/** How each input is made in the folder; those before may be needed. */
const makers = {
  slides: async (folder) => {
    const size = ['--width', '400', '--height', '400', '--microns-per-pixel', '4'];
    await mustRun(folder, ['synth', '--count', '3', ...size, '--seed', '3', '--out', 'slides']);
    fixTimes(join(folder, 'slides'));
    return join(folder, 'slides');
  },
  scan: async (folder) => {
    await mustRun(folder, ['synth', '--width', '2000', '--height', '1500', '--microns-per-pixel', '1', 'scan.tif']);
    return join(folder, 'scan.tif');
  },
  data: async (folder, { slides }) => {
    const args = [
      '--out',
      'data',
      '--microns-per-pixel',
      '8',
      '--tile-size',
      '64',
      '--overlap',
      '32',
      '--include-background',
    ];
    await mustRun(folder, ['prepare', '--slides', slides, ...args]);
    return join(folder, 'data');
  },
  model: async (folder, { data }) => {
    await mustRun(folder, modelArguments(data));
    return join(folder, 'model', 'model.onnx');
  },
  recipe: async (folder, { slides }) => {
    writeFileSync(join(folder, 'recipe.yaml'), recipeText(slides));
    return join(folder, 'recipe.yaml');
  },
};
const order = Object.keys(makers);
const before = { data: ['slides'], model: ['data'] };

function neededBy(only) {
  const needed = new Set();
  const need = (input) => {
    needed.add(input);
    for (const other of before[input] ?? []) need(other);
  };
  for (const name of only) commands[name].needs.forEach(need);
  return order.filter((input) => needed.has(input));
}

/** @param only names of commands */
export async function prepareWorkplace(folder, only) {
  const inputs = {};
  for (const input of neededBy(only)) inputs[input] = await makers[input](folder, inputs);
  const whole = new Map();
  for (const name of only) {
    const place = join(folder, 'whole', name);
    mkdirSync(place, { recursive: true });
    const args = commands[name].begin(inputs);
    // The first of a kind learns how fast this machine is, and takes longer.
    if (name === 'run') await mustRun(mkdirIn(folder, 'first'), args);
    const began = performance.now();
    await mustRun(place, args);
    whole.set(name, { milliseconds: performance.now() - began, contents: contentsOf(place) });
  }
  return { folder, inputs, whole };
}

function mkdirIn(folder, name) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}
