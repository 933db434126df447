/**
 * Disturbs `ftu` at random moments and lets it go on until it is done: `node packages/cli/scripts/kills.mjs --kills 1000 --seed 1`.
 * Every output must then be that of an undisturbed run, every exit code as documented, and nothing may be left over. The exit code is 1
 * when anything was not so; a failure is named by seed and number, and `--seed S --number N` repeats it alone. Ctrl-C ends with what was done.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandNames } from './kills/commands.mjs';
import { drawScenario, runScenario } from './kills/scenario.mjs';
import { createTally } from './kills/tally.mjs';
import { prepareWorkplace } from './kills/workplace.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    number: { type: 'string' },
    only: { type: 'string', default: commandNames.join(',') },
    jobs: { type: 'string', default: '2' },
    within: { type: 'string', default: '2.5' },
    two: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const only = values.only.split(',');
const unknown = only.find((name) => !commandNames.includes(name));
if (unknown !== undefined) {
  console.error(`kills: there is no command "${unknown}"; there are ${commandNames.join(', ')}`);
  process.exit(2);
}
const wanted = Number(values.kills);
const seed = Number(values.seed);

const folder = mkdtempSync(join(tmpdir(), 'ftu-kills-'));
const workplace = await prepareWorkplace(folder, only);
const tally = createTally();
let next = values.number === undefined ? 1 : Number(values.number);
const last = values.number === undefined ? Number.POSITIVE_INFINITY : next;

let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});

async function work() {
  while (!stopped && tally.kills < wanted && next <= last) {
    const number = next++;
    const scenario = drawScenario({ seed, number, only, two: values.two });
    const outcome = await runScenario(workplace, scenario, { within: Number(values.within), keep: values.keep });
    // What was under way got the signal too.
    if (stopped) return;
    tally.add(scenario, outcome);
    for (const problem of outcome.problems) {
      console.log(`seed ${seed}, number ${number}, ${scenario.command}: ${outcome.story.join('; ')}: ${problem}`);
    }
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work));
console.log(tally.table());
if (values.keep) console.log(`kept: ${folder}`);
else rmSync(folder, { recursive: true, force: true });
process.exitCode = tally.failed > 0 ? 1 : 0;
