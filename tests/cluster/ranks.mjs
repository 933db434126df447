/**
 * Trainings in several processes, and everything that can go wrong with one of them: `make cluster-test-ranks`. Takes minutes; ONLY=faults,resume chooses.
 * Each line says what was seen; the exit code is 1 where anything was not as it must be.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inNamespaces } from './namespaces.mjs';
import {
  allEnded,
  prepareData,
  program,
  rankLosses,
  rankOnce,
  settings,
  startProcess,
  startRanks,
  weightsOf,
} from './rank-processes.mjs';
import { underTorchrun } from './torchrun.mjs';

/** Seconds that a rank waits for another here; and that all may take to end, with what a busy machine needs. */
const [TIMEOUT, SLACK] = [15, 30];

function check(what, holds, more = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${more === '' ? '' : `: ${more}`}`);
  if (!holds) process.exitCode = 1;
}

/** The divided batch against the whole one, for every loss and decoder. */
async function losses() {
  const names = 'bce,dice,jaccard,focal,tversky,lovasz,boundary';
  const [first] = await allEnded(startRanks(2, [rankLosses, 'unet,fpn,linknet', names, '8']));
  const rows = first.stdout.split('\n').flatMap((line) => (line.startsWith('{"decoder"') ? [JSON.parse(line)] : []));
  const most = (key) => Math.max(...rows.map((row) => row[key])).toExponential(1);
  check('all losses on all decoders', rows.length === 42 && first.code === 0, `${rows.length} cases ${first.stderr}`);
  check('losses are those of one process', most('lossApart') < 1e-5, most('lossApart'));
  check('statistics are those of one process', most('statistics') < 1e-5, most('statistics'));
  const [worst, layout] = [most('gradient'), most('gradientOfLayout')];
  check('gradients are as near as those of one process in two layouts', worst < 2 * layout, `${worst}, ${layout}`);
}

/** Killed at any moment, and resumed. */
async function resume(folder, data) {
  const undisturbed = join(folder, 'undisturbed/run');
  const arguments_ = (out) => [
    rankOnce,
    JSON.stringify(settings(data, out)),
    JSON.stringify({ timeoutSeconds: TIMEOUT }),
  ];
  const whole = await allEnded(startRanks(2, arguments_(undisturbed)));
  check(
    'two processes train',
    whole.every(({ code }) => code === 0),
    whole.map(({ stderr }) => stderr).join(),
  );
  for (const [rank, step] of [
    [0, 2],
    [1, 5],
    [0, 6],
    [1, 9],
  ]) {
    const run = join(folder, `killed-${rank}-${step}/run`);
    const kill = (killed) => (of, line, child) => {
      if (of === 0 && line.startsWith(`step ${step} `)) killed(child);
    };
    const started = startRanks(
      2,
      arguments_(run),
      kill(() => started[rank].child.kill('SIGKILL')),
    );
    await allEnded(started);
    const again = await allEnded(startRanks(2, [rankOnce, run, JSON.stringify({ timeoutSeconds: TIMEOUT })]));
    const same = again.every(({ code }) => code === 0) && weightsOf(run).join() === weightsOf(undisturbed).join();
    check(
      `rank ${rank} killed at step ${step}, resumed`,
      same,
      same ? 'the same bytes' : again.map(({ stderr }) => stderr).join(),
    );
  }
  const one = [rankOnce, undisturbed, '{}'];
  const refused = await startProcess([process.execPath, ...one], {}).ended;
  rmSync(join(undisturbed, 'metrics.json'));
  const other = await startProcess([process.execPath, ...one], {}).ended;
  check('another number of processes is refused', refused.code === 0 && other.code === 1, other.stderr.trim());
  const allowed = [rankOnce, undisturbed, JSON.stringify({ allowWorldChange: true })];
  const changed = await startProcess([process.execPath, ...allowed], {}).ended;
  const { worlds } = JSON.parse(readFileSync(join(undisturbed, 'metrics.json'), 'utf8'));
  check('and recorded where it is allowed', changed.code === 0 && worlds?.[0]?.processes === 2, JSON.stringify(worlds));
}

/** Each rank killed and stopped, in a step and while rank 0 validates. */
async function faults(folder, data) {
  for (const when of ['step 3 ', 'validation 1']) {
    for (const rank of [0, 1, 2]) {
      for (const signal of ['SIGKILL', 'SIGSTOP']) {
        const run = join(folder, `fault-${rank}-${signal}-${when.split(' ')[0]}`);
        const config = JSON.stringify(settings(data, run, { batchSize: 6, samplesPerEpoch: 24, epochs: 50 }));
        let struck;
        const started = startRanks(3, [rankOnce, config, JSON.stringify({ timeoutSeconds: TIMEOUT })], (of, line) => {
          if (of !== 0 || !line.startsWith(when) || struck !== undefined) return;
          struck = performance.now();
          started[rank].child.kill(signal);
        });
        const others = started.filter((_, of) => of !== rank);
        const ended = await allEnded(others);
        started[rank].child.kill('SIGKILL');
        const seconds = Math.max(...ended.map(({ at }) => at - struck)) / 1000;
        const said = ended.every(
          ({ code, stderr }) => code === 1 && /another rank (has ended|did not answer)/.test(stderr),
        );
        const text = `${seconds.toFixed(1)} s, ${ended[0].stderr.trim().split(';')[0]}`;
        check(`rank ${rank} ${signal} at "${when.trim()}"`, said && seconds < TIMEOUT + SLACK, text);
        rmSync(run, { recursive: true, force: true });
      }
    }
  }
}

/** `ftu train --processes 2`: a child killed, and the parent killed. */
async function parent(folder, data) {
  const options = [
    '--encoder',
    'timm-tf_efficientnet_lite0',
    '--encoder-weights',
    'none',
    '--tile',
    '64',
    '--fold-count',
    '3',
  ];
  const length = ['--batch-size', '4', '--samples-per-epoch', '16', '--checkpoint-minutes', '0.005'];
  const command = (out, epochs) => [
    process.execPath,
    program,
    'train',
    '--data',
    data,
    '--out',
    out,
    ...options,
    ...length,
    '--epochs',
    epochs,
    '--processes',
    '2',
    '--rank-timeout',
    String(TIMEOUT),
  ];
  const whole = await startProcess(command(join(folder, 'whole/run'), '2'), {}).ended;
  check('--processes 2 trains', whole.code === 0, whole.stdout.trim() + whole.stderr.split('\n').at(-2));
  const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const isThere = (pid) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  for (const victim of ['child', 'stopped child', 'parent']) {
    const run = join(folder, `${victim.replace(' ', '-')}/run`);
    const { child, ended } = startProcess(command(run, '500'), {});
    while (!/step \d/.test(readStderr(child)) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const children = childrenOf(child.pid);
    if (victim === 'parent') child.kill('SIGKILL');
    else process.kill(children[1], victim === 'child' ? 'SIGKILL' : 'SIGSTOP');
    const { code, stderr } = await ended;
    const until = performance.now() + (TIMEOUT + SLACK) * 1000;
    while (children.some(isThere) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const sentence = victim === 'parent' || /and with it the training/.test(stderr);
    check(
      `${victim} of --processes ended: nothing is left`,
      !children.some(isThere) && code !== 0 && sentence,
      stderr.trim().split('\n').at(-1),
    );
  }
}

/** What a process has said on standard error so far. */
function readStderr(child) {
  child.heard ??= '';
  if (!child.listening) {
    child.listening = true;
    child.stderr.on('data', (text) => (child.heard += text));
  }
  return child.heard;
}

const scenarios = {
  losses,
  resume,
  faults,
  parent,
  torchrun: (folder, data) => underTorchrun(folder, data, check),
  namespaces: (folder, data) => inNamespaces(folder, data, check),
};

const { values } = parseArgs({ options: { only: { type: 'string', default: Object.keys(scenarios).join(',') } } });
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-ranks-'));
const data = prepareData(folder);
for (const name of values.only.split(',')) {
  const place = join(folder, name);
  mkdirSync(place);
  await scenarios[name](place, data);
}
rmSync(folder, { recursive: true, force: true });
