/**
 * What one dispatched operator costs beyond libtorch's own work, next to Python's PyTorch where python3 has it.
 * One-element tensors: the arithmetic is nothing, the call is everything. Run on the built dist.
 */
import { spawnSync } from 'node:child_process';
import { dispatch, liveTensors, scope, setThreads, tensor, torchInfo } from '../dist/index.js';

const calls = 100_000;
setThreads(1);
const a = tensor(new Float32Array(1), [1]);
const weight = tensor(new Float32Array(1), [1, 1, 1, 1]);
const image = tensor(new Float32Array(1), [1, 1, 1, 1]);
const measured = {
  relu_: () => dispatch('relu_', a),
  'add.Tensor': () => dispatch('add.Tensor', a, a),
  conv2d: () => dispatch('conv2d', image, weight, null, 1, 0),
};

/** Nanoseconds of processor time per call: the best of three, unmoved by other processes. */
function cost(call) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    for (let k = 0; k < calls; k += 100) {
      scope(() => {
        for (let j = 0; j < 100; j++) call();
      });
    }
    best = Math.min(best, (process.cpuUsage(start).user * 1000) / calls);
  }
  return best;
}

const python = `
import json, time, torch
torch.set_num_threads(1)
a = torch.zeros(1); image = torch.zeros(1, 1, 1, 1); weight = torch.zeros(1, 1, 1, 1)
def cost(call):
    best = 1e18
    for _ in range(3):
        start = time.process_time_ns()
        for _ in range(${calls}): call()
        best = min(best, (time.process_time_ns() - start) / ${calls})
    return best
print(json.dumps({'relu_': cost(lambda: torch.relu_(a)), 'add.Tensor': cost(lambda: torch.add(a, a)),
  'conv2d': cost(lambda: torch.conv2d(image, weight, None, 1, 0))}))
`;

function pythonCosts() {
  for (const command of ['python3', '/usr/bin/python3']) {
    const run = spawnSync(command, ['-c', python], { encoding: 'utf8' });
    if (run.status === 0) return JSON.parse(run.stdout);
  }
  return undefined;
}

const theirs = pythonCosts();
console.log(`dispatch, libtorch ${torchInfo().version}, one thread, ns of processor time per call`);
for (const [op, call] of Object.entries(measured)) {
  const own = cost(call);
  const compared =
    theirs === undefined ? '' : `  Python ${theirs[op].toFixed(0)}  ratio ${(theirs[op] / own).toFixed(2)}`;
  console.log(`${op.padEnd(12)} ${own.toFixed(0)}${compared}`);
}
if (liveTensors() !== 3) throw new Error('tensors leaked');
