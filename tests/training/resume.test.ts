import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ftuseg/core';
import { readSafetensors, writeSafetensors } from '@ftuseg/nn';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import { resumeRun, type TrainConfigInput, type TrainProgress, trainRun } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDiscs } from '../../packages/train/tests/discs.js';
import { lossesOf, tensorsOf } from '../../packages/train/tests/run-contents.js';
import { long } from '../long.js';

const program = fileURLToPath(new URL('../../packages/train/tests/train-once.mjs', import.meta.url));

/** Milliseconds after its first step in which a process is killed, where it is: about what the whole run takes. */
const LONGEST_LIFE = 1500;

/** Runs until it ends, or until so many milliseconds after its first step, when it is killed. */
function runProcess(argument: string, killAfter?: number): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, argument], { env: { ...process.env, OMP_NUM_THREADS: '1' } });
    let stderr = '';
    let timer: NodeJS.Timeout | undefined;
    child.stderr.on('data', (text) => {
      stderr += String(text);
    });
    child.stdout.on('data', () => {
      if (killAfter !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    });
  });
}

describe.skipIf(!torchAvailable())('resumeRun (needs libtorch: make libtorch)', () => {
  let folder = '';
  let data = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-resume-'));
    data = await prepareDiscs(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** With everything that has a state: averages, momentum, accumulation, a plateau, dropped paths, a frozen start. */
  const settings = (out: string, more: Partial<TrainConfigInput> = {}): TrainConfigInput => ({
    data,
    out: join(folder, out),
    encoder: 'timm-tf_efficientnet_lite0',
    decoder: 'linknet',
    group: 'donor',
    foldCount: 3,
    encoderWeights: 'none',
    batchSize: 2,
    epochs: 3,
    samplesPerEpoch: 10,
    seed: 5,
    threads: 1,
    ema: 0.9,
    freezeEncoder: 1,
    checkpointMinutes: 0.004,
    optimiser: { learningRate: 3e-3, encoderFactor: 0.5, accumulate: 2, clipNorm: 5 },
    schedule: { name: 'plateau', patience: 0 },
    augment: { preset: 'strong', cutMix: 0.5 },
    ...more,
  });

  it('goes on after kill -9 at any moment to the same weights, bit for bit', async () => {
    const undisturbed = settings('undisturbed/run');
    expect(await runProcess(JSON.stringify(undisturbed))).toMatchObject({ code: 0 });
    const random = createRandom(Number(process.env.FTUSEG_KILL_SEED ?? 1));
    const wanted = Number(process.env.FTUSEG_KILLS ?? (long ? 4 : 1));
    let kills = 0;
    for (let run = 0; kills < wanted && run < 4 * wanted; run++) {
      // The folder's name is the model's.
      const killed = join(folder, `killed-${run}`, 'run');
      let finished = await runProcess(JSON.stringify(settings(`killed-${run}/run`)), random.uniform(0, LONGEST_LIFE));
      while (finished.code !== 0) {
        expect(finished.stderr).toBe('');
        kills++;
        // At least every other time it is left alone for long enough to end.
        finished = await runProcess(killed, random.chance(0.5) ? random.uniform(0, LONGEST_LIFE) : undefined);
      }
      expect(await tensorsOf(join(killed, 'state.safetensors'))).toBe(
        await tensorsOf(join(undisturbed.out, 'state.safetensors')),
      );
      for (const file of ['checkpoint.safetensors', 'model.onnx']) {
        expect((await readFile(join(killed, file))).equals(await readFile(join(undisturbed.out, file))), file).toBe(
          true,
        );
      }
      expect(await lossesOf(killed)).toEqual(await lossesOf(undisturbed.out));
      expect((await readdir(killed)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await rm(killed, { recursive: true });
    }
    expect(kills).toBeGreaterThanOrEqual(wanted);
  }, 900_000);

  it('goes on after Ctrl-C, and leaves finished folds as they are', async () => {
    const live = liveTensors();
    const config = settings('several', { folds: '0,2', epochs: 2 });
    const abort = new AbortController();
    const stopped = trainRun(config, {
      signal: abort.signal,
      onProgress: (event) => {
        if (event.kind === 'step' && event.fold === 2 && event.step === 3) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const first = join(config.out, 'fold-0', 'checkpoint.safetensors');
    const before = (await stat(first)).mtimeMs;
    const result = await resumeRun(config.out);
    expect((await stat(first)).mtimeMs).toBe(before);
    expect(result).toMatchObject({ finished: true, folds: [{ fold: 0 }, { fold: 2 }] });
    expect(result.outOfFold?.slides).toHaveLength(4);
    const metrics = JSON.parse(await readFile(join(config.out, 'metrics.json'), 'utf8'));
    expect(metrics.outOfFold.meanDice).toBe(result.outOfFold?.meanDice);
    expect(result.summary).toMatch(/^2 folds, out-of-fold Dice 0\.\d{4} over 4 slides$/);
    expect(liveTensors()).toBe(live);
    expect(await resumeRun(config.out)).toMatchObject({ finished: true });
  });

  it.runIf(long)('validates the last epoch after Ctrl-C between its last step and its end', async () => {
    const undisturbed = settings('to-the-end/run', { epochs: 2, samplesPerEpoch: 4 });
    const whole = await trainRun(undisturbed);
    const config = settings('stopped/run', { epochs: 2, samplesPerEpoch: 4 });
    const abort = new AbortController();
    const onProgress = (event: TrainProgress): void => {
      if (event.kind === 'step' && event.step === event.steps) abort.abort();
    };
    await expect(trainRun(config, { signal: abort.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' });
    const result = await resumeRun(config.out);
    expect(result.folds).toMatchObject([{ epochs: 2, bestEpoch: whole.folds[0]?.bestEpoch }]);
    for (const file of ['checkpoint.safetensors', 'model.onnx']) {
      expect((await readFile(join(config.out, file))).equals(await readFile(join(undisturbed.out, file))), file).toBe(
        true,
      );
    }
  });

  it.runIf(long)('stops in time for its budget of hours, and goes on later', async () => {
    const config = settings('hours', { epochs: 30, maxHours: 2 / 3600 });
    const first = await trainRun(config);
    expect(first).toMatchObject({ finished: false, folds: [], outOfFold: undefined });
    expect(first.summary).toMatch(/--resume .*hours` goes on/);
    const [epoch] = (await lossesOf(config.out)).slice(-1) as { epoch: number }[];
    expect(epoch?.epoch).toBeLessThan(30);
    const again = await resumeRun(config.out, { maxHours: 1 / 3600 });
    const [later] = (await lossesOf(config.out)).slice(-1) as { epoch: number }[];
    expect(later?.epoch).toBeGreaterThan(epoch?.epoch ?? 0);
    expect(again.finished).toBe(false);
  });

  describe('refuses', () => {
    let run = '';
    beforeAll(async () => {
      run = join(folder, 'short');
      await trainRun(settings('short', { epochs: 1 }));
      await rm(join(run, 'metrics.json'));
    });

    const changed = async (name: string, change: (path: string) => Promise<void>): Promise<string> => {
      const copy = join(folder, name);
      await cp(run, copy, { recursive: true });
      await change(copy);
      return copy;
    };

    it('a damaged checkpoint', async () => {
      const copy = await changed('damaged', async (path) => {
        const file = join(path, 'state.safetensors');
        const bytes = await readFile(file);
        bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
        await writeFile(file, bytes);
      });
      await expect(resumeRun(copy)).rejects.toThrow(
        /state\.safetensors: the checkpoint is damaged: its checksum differs/,
      );
    });

    it('one of a newer version', async () => {
      const copy = await changed('newer', async (path) => {
        const file = join(path, 'state.safetensors');
        const { state, metadata } = readSafetensors(await readFile(file));
        await writeFile(file, writeSafetensors(state, { ...metadata, format: '2' }));
      });
      await expect(resumeRun(copy)).rejects.toThrow(/has format 2, this version reads 1.*update ftuseg/);
    });

    it('one of another network', async () => {
      const copy = await changed('other', async (path) => {
        const file = join(path, 'config.yaml');
        await writeFile(file, (await readFile(file, 'utf8')).replace(/^decoder: linknet$/m, 'decoder: unet'));
      });
      await expect(resumeRun(copy)).rejects.toThrow(/checkpoint is of another network: .*linknet.*, not .*unet/);
    });

    it('a folder without a run', async () => {
      await expect(resumeRun(join(folder, 'slides'))).rejects.toThrow(/there is no run in this folder/);
    });
  });
});
