/**
 * Kills `ftu studio` and those who write to it with SIGKILL at random moments during edits, and tears the log's last line as a machine does that loses
 * its power: `node packages/studio/scripts/edit-kills.mjs --kills 200 --seed 1`. Every edit that was acknowledged must be there afterwards, as it was
 * sent, and every torn line be dropped with a word. The exit code is 1 when anything was not so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@ftuseg/core';
import { checkEdits } from './edit-kills/check.mjs';
import { startStudio } from './edit-kills/studio.mjs';
import { tearLog } from './edit-kills/tear.mjs';
import { makeSlides } from './edit-kills/workplace.mjs';
import { startWriter } from './edit-kills/writers.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Milliseconds from the first edit to the kill, at most. */
    within: { type: 'string', default: '600' },
  },
});
const wanted = Number(values.kills);
const random = createRandom(Number(values.seed));
const WRITERS = 2;

const folder = mkdtempSync(join(tmpdir(), 'ftu-edit-kills-'));
const table = await makeSlides(folder);
const acknowledged = new Map();
const tally = { server: 0, writer: 0, torn: 0 };
const problems = [];
let number = 0;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const newWriter = (studio) => startWriter(studio, { seed: ++number, acknowledged });

let studio = await startStudio(table);
let writers = Array.from({ length: WRITERS }, () => newWriter(studio));
while (tally.server + tally.writer < wanted) {
  await Promise.all(writers.map(({ begun }) => begun));
  await pause(random.uniform(0, Number(values.within)));
  if (random.chance(0.35)) {
    await writers.shift()?.kill();
    tally.writer++;
    writers.push(newWriter(studio));
    continue;
  }
  await studio.kill();
  tally.server++;
  for (const writer of writers) await writer.kill();
  const isTorn = random.chance(0.5) && tearLog(folder, random);
  studio = await startStudio(table);
  const edits = await studio.edits();
  problems.push(...checkEdits(edits, acknowledged));
  if (isTorn) {
    tally.torn++;
    if (!studio.said().includes('was torn')) problems.push('a torn line was dropped without a word');
  }
  if (problems.length > 0) break;
  writers = Array.from({ length: WRITERS }, () => newWriter(studio));
}
for (const writer of writers) await writer.kill();
const { revision } = await studio.edits();
await studio.kill();
rmSync(folder, { recursive: true, force: true });
for (const problem of problems) console.log(problem);
console.log(
  `${tally.server} kills of the server, ${tally.writer} of a writer, ${tally.torn} torn lines; ${acknowledged.size} edits acknowledged, ${revision} in the log; ${problems.length === 0 ? 'nothing lost' : `${problems.length} problems`}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
