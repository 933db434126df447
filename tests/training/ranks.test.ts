/** A training in two processes against the same in one. Heavier proofs are in tests/cluster (make cluster-test-ranks). */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '@ftuseg/nn';
import { ranksAvailable } from '@ftuseg/torch';
import { resumeRun, trainRun } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDiscs } from '../../packages/train/tests/discs.js';
import { lossesOf } from '../../packages/train/tests/run-contents.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'packages/cli/bin/ftu.js');
const rankLosses = join(root, 'packages/train/tests/rank-losses.mjs');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, { env: { ...process.env, OMP_NUM_THREADS: '1', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += String(text);
  });
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe.skipIf(!ranksAvailable())('a training in two processes (needs libtorch with Gloo)', () => {
  let folder = '';
  let data = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-two-'));
    data = await prepareDiscs(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the losses, gradients and statistics of one', async () => {
    const env = { WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.1', MASTER_PORT: String(20_100 + (process.pid % 9_000)) };
    const [first, second] = await Promise.all(
      ['0', '1'].map((rank) => run([rankLosses, 'fpn,linknet', 'dice', '4'], { ...env, RANK: rank })),
    );
    expect([first?.code, second?.code]).toEqual([0, 0]);
    const rows =
      first?.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)) ?? [];
    expect(rows).toHaveLength(5);
    for (const row of rows.slice(0, -1)) {
      expect(row).toMatchObject({ parameters: true });
      for (const key of ['lossApart', 'diceApart', 'statistics']) expect([key, row[key] < 1e-5]).toEqual([key, true]);
      // Of a network at random, what the order of sums changes grows on the way back.
      expect(row.gradient).toBeLessThan(5e-3);
    }
    expect(rows.at(-1)).toEqual({ liveTensors: 0 });
  }, 240_000);

  it('gives one run, which does not go on in another number of processes by itself', async () => {
    const settings = {
      data,
      encoder: 'timm-tf_efficientnet_lite0',
      encoderWeights: 'none',
      group: 'donor',
      threads: 1,
    };
    const length = { foldCount: 3, batchSize: 4, epochs: 1, samplesPerEpoch: 8 };
    await trainRun({ ...settings, ...length, out: join(folder, 'one') });
    const options = [
      '--encoder',
      settings.encoder,
      '--encoder-weights',
      'none',
      '--group',
      'donor',
      '--fold-count',
      '3',
    ];
    const short = ['--batch-size', '4', '--epochs', '1', '--samples-per-epoch', '8', '--processes', '2'];
    const two = await run([program, 'train', '--data', data, '--out', join(folder, 'two'), ...options, ...short]);
    expect([two.code, two.stderr.match(/^rank 1: .*/m)]).toEqual([0, null]);
    expect(two.stdout).toMatch(/two: epoch 1 of 1 kept/);
    type Epoch = { readonly loss: number; readonly dice: number };
    const [alone, divided] = (await Promise.all(['one', 'two'].map((name) => lossesOf(join(folder, name))))) as [
      Epoch[],
      Epoch[],
    ];
    expect(divided[0]?.loss).toBeCloseTo(alone[0]?.loss ?? 0, 2);
    const metrics = JSON.parse(await readFile(join(folder, 'two', 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({ processes: 2, steps: 2 });
    const { metadata } = readSafetensors(await readFile(join(folder, 'two', 'state.safetensors')));
    expect(JSON.parse(metadata.counters ?? '{}')).toMatchObject({ processes: 2 });
    await rm(join(folder, 'two', 'metrics.json'));
    await expect(resumeRun(join(folder, 'two'))).rejects.toThrow(/trained in 2 processes, and this is 1 process/);
    const result = await resumeRun(join(folder, 'two'), {}, { allowWorldChange: true });
    expect(result.folds[0]?.worlds).toEqual([{ processes: 2, localBatchNorm: false, untilStep: 2 }]);
  }, 240_000);
});
