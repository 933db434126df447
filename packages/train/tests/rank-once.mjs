/** One process of a training in several: `node rank-once.mjs SETTINGS|RUN`, placed by RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT. */
import { joinRanks, rankPlace, resumeRun, trainRun } from '../dist/index.js';

const [, , argument = '', more = '{}'] = process.argv;
const { timeoutSeconds = 20, localBatchNorm = false, allowWorldChange = false, ...changes } = JSON.parse(more);
const report = (event) => {
  if (event.kind === 'step') process.stdout.write(`step ${event.step} ${event.loss}\n`);
  if (event.kind === 'validation') process.stdout.write(`validation ${event.done}\n`);
  if (event.kind === 'note') process.stdout.write(`note ${event.message}\n`);
};
try {
  const ranks =
    process.env.RANK === undefined
      ? undefined
      : await joinRanks(rankPlace(process.env), { timeoutSeconds, localBatchNorm });
  const options = { onProgress: report, ranks, allowWorldChange };
  if (argument.startsWith('{')) await trainRun(JSON.parse(argument), options);
  else await resumeRun(argument, changes, options);
  ranks?.leave();
} catch (error) {
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exit(1);
}
