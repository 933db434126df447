/**
 * Checks a graphics card: builds ftuseg, trains, predicts, compares with the processor, and writes a table that a user can send:
 * `scripts/gpu-check --device cuda`. Each row stands by itself: one that fails says why, and the others go on. The exit code is 1 when a
 * comparison failed or could not be made, and when there is no such card.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyRow } from './card/busy.mjs';
import { createInputs } from './card/inputs.mjs';
import { hasCard, machineFacts, readCard, readDoctor } from './card/machine.mjs';
import { chooseDevice, readOptions } from './card/options.mjs';
import { largeSlideRow, predictionRow } from './card/prediction.mjs';
import { main, root, run, startFtu } from './card/programs.mjs';
import { cardRow, runRow, settle, tableText, writeReport } from './card/report.mjs';
import { stepRow } from './card/step.mjs';
import { lossRow, speedRow } from './card/training.mjs';

const say = (text) => console.error(`gpu-check: ${text}`);
function end(text, code) {
  say(text);
  process.exit(code);
}

/** Runs targets of make one after another, on this terminal. */
async function make(...targets) {
  for (const target of targets) {
    const { code } = await run('make', [target], { cwd: root, stdio: 'inherit' });
    if (code === undefined) end('there is no make here: install it, or build otherwise and give --no-build', 1);
    if (code !== 0) end(`\`make ${target}\` failed: the last lines above say why`, 1);
  }
}

const options = readOptions(process.argv.slice(2));
if (options.text !== undefined) {
  if (options.code === 0) console.log(options.text);
  else say(options.text);
  process.exit(options.code);
}
const device = chooseDevice(options.device, process.env);
if (device.problem !== undefined) end(device.problem, 2);
try {
  mkdirSync(options.out, { recursive: true });
} catch (error) {
  end(`the folder ${options.out} cannot be made (${error.code}): give another with --out`, 1);
}

// `make build` alone keeps the libtorch that it found before; `make libtorch` alone would leave out what else is compiled.
if (options.build) await make('build', ...(process.env.LIBTORCH ? ['libtorch'] : []));
else if (!existsSync(join(root, 'packages/cli/dist/main.js'))) end('ftuseg is not built here: leave out --no-build', 1);

const folder = mkdtempSync(join(tmpdir(), 'ftu-gpu-check-'));
const clear = () => rmSync(folder, { recursive: true, force: true });
process.once('SIGINT', () => {
  clear();
  process.exit(130);
});
try {
  const env = { ...process.env, ...device.environment, FTUSEG_CACHE: join(folder, 'cache') };
  const ftu = startFtu({ main, folder, env });
  const doctor = await readDoctor(ftu);
  const card = await readCard(device, env);
  const check = { ...options, ...device, env, folder, ftu, card, say, threads: availableParallelism() };
  check.inputs = createInputs(check);

  const works = {
    'training, float32': (row) => lossRow(check, 'float32', row),
    'training, bfloat16': (row) => lossRow(check, 'bfloat16', row),
    'training speed, float32': (row) => speedRow(check, 'float32', row),
    'training speed, bfloat16': (row) => speedRow(check, 'bfloat16', row),
    'card busy while training': (row) => busyRow(check, row),
    'training step and PyTorch': (row) => stepRow(check, row),
    prediction: (row) => predictionRow(check, row),
    'large slide, four views': (row) => largeSlideRow(check, row),
  };
  const rows = [];
  // One after another: two at once would share the card and the processor.
  for (const [name, work] of Object.entries(works)) rows.push(await runRow(name, [`${root}/`, folder], work));
  const there = hasCard(device, card, doctor, rows);
  const settled = [cardRow(device, card, there), ...settle(rows, there)];
  const facts = machineFacts({ doctor, card, options, env });
  const path = writeReport(options.out, facts, settled);
  console.log(`\n${facts.join('\n')}\n\n${tableText(settled)}\n\nreport: ${path}`);
  process.exitCode = settled.some(({ verdict }) => verdict === 'FAILED') ? 1 : 0;
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  clear();
}
