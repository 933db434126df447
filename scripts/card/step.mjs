/** The training step of ftuseg and that of plain PyTorch on the same device, by the benchmark that compares them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, NotAvailable, ProgramError, root, run } from './programs.mjs';

const BENCH = join(root, 'packages/train/bench/step.bench.mjs');
const ROUNDS = { cpu: 2, other: 10 };

/** Pythons that may have PyTorch: the one that was named, or that of LIBTORCH's folder and the usual ones. */
function pythons({ PYTHON, LIBTORCH }) {
  if (PYTHON) return [PYTHON];
  const beside = LIBTORCH ? [join(LIBTORCH, '../../../../bin/python3')].filter(existsSync) : [];
  return [...beside, 'python3', '/usr/bin/python3'];
}

/** Finds a Python whose PyTorch has the device. */
async function findPython({ env, trainOn }) {
  const found = [];
  for (const python of pythons(env)) {
    const { code } = await run(python, ['-c', 'import torch, numpy'], { env });
    if (code !== 0) continue;
    found.push(python);
    const usable = await run(python, ['-c', `import torch; torch.zeros(1, device="${trainOn}").item()`], { env });
    if (usable.code === 0) return python;
  }
  const remedy = 'PYTHON=FILE names another';
  if (found.length > 0) throw new NotAvailable(`the PyTorch of ${found.join(', ')} cannot use ${trainOn}; ${remedy}`);
  throw new NotAvailable(`no Python here has torch and numpy (looked for ${pythons(env).join(', ')}); ${remedy}`);
}

/** Compares the median seconds of a training step here and in PyTorch. */
export async function stepRow(check, row) {
  const { env, trainOn, kind, batchSize, threads, say } = check;
  const python = await findPython(check);
  say(`timing training steps here and in PyTorch on ${trainOn}`);
  const args = [BENCH, ROUNDS[kind] ?? ROUNDS.other, batchSize, threads, 'timm-efficientnet-b0'].map(String);
  const { code, stdout, stderr } = await run(process.execPath, args, {
    env: { ...env, PYTHON: python, FTUSEG_BENCH_DEVICE: trainOn },
  });
  const reason = /^\w*Error: (.*)$/m.exec(stderr)?.[1] ?? lastLine(stderr);
  if (code !== 0) throw new ProgramError(reason, stderr);
  const times = /^step: median ([\d.]+) s here, ([\d.]+) s in Python$/m.exec(stdout);
  if (times === null) throw new ProgramError(lastLine(stdout).replace(/^skipped: /, ''), stdout);
  row.onDevice = kind !== 'cpu';
  const ratio = /ratio python\/ours: ([\d.]+)/.exec(stdout)?.[1];
  row.verdict = 'measured';
  row.result = `median ${times[1]} s here, ${times[2]} s in PyTorch: ${ratio} times as fast (EfficientNet-B0 Unet, float32)`;
}
