/** Starts the processes of a training and waits for them; what each said, and how it ended. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '@ftuseg/nn';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = join(root, 'packages/cli/bin/ftu.js');
export const rankOnce = join(root, 'packages/train/tests/rank-once.mjs');
export const rankLosses = join(root, 'packages/train/tests/rank-losses.mjs');

/** Below the ports that the system hands out, another for each training. */
let port = 21_000 + (process.pid % 9_000);

/** @param onLine is told each line of standard output, with the process */
export function startProcess(command, env, onLine = (_line, _child) => undefined) {
  const [file, ...args] = command;
  const child = spawn(file, args, { cwd: root, env: { ...process.env, OMP_NUM_THREADS: '1', ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
      if (name === 'stdout') for (const line of text.split('\n')) if (line !== '') onLine(line, child);
    });
  }
  const began = performance.now();
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, ...said, seconds: (performance.now() - began) / 1000, at: performance.now() }),
    );
  });
  return { child, ended };
}

/** All ranks of a training on this machine. @param command of each, without `node` */
export function startRanks(size, command, onLine = (_rank, _line, _child) => undefined) {
  port += 1;
  return Array.from({ length: size }, (_, rank) => {
    const env = { RANK: rank, WORLD_SIZE: size, LOCAL_RANK: rank, MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
    return startProcess([process.execPath, ...command], env, (line, child) => onLine(rank, line, child));
  });
}

export const allEnded = (started) => Promise.all(started.map(({ ended }) => ended));

export function mustRun(command) {
  const [file, ...args] = command;
  const { status, stderr } = spawnSync(file, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
}

/** Small slides, prepared. @returns the data set's folder */
export function prepareData(folder) {
  mkdirSync(folder, { recursive: true });
  const [slides, data] = [join(folder, 'slides'), join(folder, 'data')];
  const size = ['--width', '400', '--height', '400', '--microns-per-pixel', '4'];
  mustRun([process.execPath, program, 'synth', '--count', '3', ...size, '--seed', '3', '--out', slides]);
  const scale = ['--microns-per-pixel', '8', '--tile-size', '64', '--overlap', '32', '--include-background'];
  mustRun([process.execPath, program, 'prepare', '--slides', slides, '--out', data, ...scale]);
  return data;
}

/** With everything that has a state: averages, momentum, accumulation, clipping, a plateau, dropped paths, a frozen start. */
export const settings = (data, out, more = {}) => ({
  data,
  out,
  encoder: 'timm-tf_efficientnet_lite0',
  decoder: 'linknet',
  foldCount: 3,
  encoderWeights: 'none',
  batchSize: 4,
  epochs: 3,
  samplesPerEpoch: 16,
  seed: 5,
  threads: 1,
  workers: 1,
  ema: 0.9,
  freezeEncoder: 1,
  checkpointMinutes: 0.004,
  optimiser: { learningRate: 3e-3, encoderFactor: 0.5, accumulate: 2, clipNorm: 5 },
  schedule: { name: 'plateau', patience: 0 },
  ...more,
});

/** A digest of the tensors of a checkpoint; its metadata hold times. */
export function tensorsOf(path) {
  const hash = createHash('sha256');
  for (const [name, { data }] of readSafetensors(readFileSync(path), path).state) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** What two runs must have in common, bit for bit. */
export const weightsOf = (run) => [
  tensorsOf(join(run, 'state.safetensors')),
  ...['checkpoint.safetensors', 'model.onnx'].map((name) =>
    createHash('sha256')
      .update(readFileSync(join(run, name)))
      .digest('hex'),
  ),
];
