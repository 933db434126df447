/** The same command under PyTorch's launcher, which starts all ranks again where one ends badly. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, startProcess, weightsOf } from './rank-processes.mjs';

/** Python 3.11 makes nothing of the redirections that version 1.13 has by default: streams are named. */
const streams = ['--redirects', '1', '--tee', '2'];

const torchrun = (more) => [
  '/usr/bin/python3',
  '-m',
  'torch.distributed.run',
  '--no_python',
  '--nproc_per_node',
  '2',
  ...streams,
  ...more,
];

export async function underTorchrun(folder, data, check) {
  if (spawnSync('/usr/bin/python3', ['-c', 'import torch.distributed.run']).status !== 0) {
    console.log('skip torchrun: it is not installed (make python-peers)');
    return;
  }
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
  const length = ['--batch-size', '4', '--samples-per-epoch', '16', '--checkpoint-minutes', '0.005', '--epochs', '6'];
  const train = (out) => [
    process.execPath,
    program,
    'train',
    '--data',
    data,
    '--out',
    out,
    ...options,
    ...length,
    '--distributed',
    '--rank-timeout',
    '20',
  ];
  const whole = join(folder, 'whole/run');
  const undisturbed = await startProcess([...torchrun(['--master_port', '24601']), ...train(whole)], {}).ended;
  check(
    'torchrun trains',
    undisturbed.code === 0,
    undisturbed.code === 0 ? undisturbed.stdout.trim() : undisturbed.stderr,
  );
  const run = join(folder, 'restarted/run');
  const { child, ended } = startProcess(
    [...torchrun(['--master_port', '24602', '--max_restarts', '2']), ...train(run)],
    {},
  );
  let killed = 0;
  const isRank1 = (pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('\0RANK=1\0');
  const timer = setInterval(() => {
    if (killed > 0 || !existsSync(join(run, 'state.safetensors'))) return;
    const ranks = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
    killed = ranks.find(isRank1) ?? 0;
    if (killed > 0) process.kill(killed, 'SIGKILL');
  }, 10);
  const restarted = await ended;
  clearInterval(timer);
  const same = restarted.code === 0 && killed > 0 && weightsOf(run).join() === weightsOf(whole).join();
  check(
    'a rank killed, all started again, the run goes on',
    same,
    same ? 'the same bytes' : restarted.stderr.slice(-1500),
  );
}
