/**
 * The folder that a run leaves, which a person can read: what was asked (`config.yaml`), what happened (`history.jsonl`),
 * how it ended (`metrics.json`), the best weights (`checkpoint.safetensors`) and the model file (`model.onnx`).
 */
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exportOnnx, type Model, type ModelCard, type StateDict, writeSafetensors } from '@ftuseg/nn';
import { makeFolder, writeFileAtomic } from '@ftuseg/slide';
import { stringify } from 'yaml';

export const runFiles = {
  config: 'config.yaml',
  history: 'history.jsonl',
  metrics: 'metrics.json',
  checkpoint: 'checkpoint.safetensors',
  model: 'model.onnx',
} as const;

export interface RunFolder {
  /** Clears an earlier run and writes the resolved configuration; nothing is touched before. */
  begin(config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Appends one line and waits until it is on the disk. */
  appendHistory(record: Readonly<Record<string, unknown>>): Promise<void>;
  /** Writes the checkpoint and the model file. */
  saveModel(model: Model, state: StateDict, card: ModelCard, epoch: number): Promise<void>;
  /** Marks the run as finished. */
  finish(metrics: Readonly<Record<string, unknown>>): Promise<void>;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Opens a run folder for writing.
 *
 * @throws FtuError 'bad-input' if it already holds the results of a run and `overwrite` is off
 */
export async function openRunFolder(folder: string, overwrite: boolean): Promise<RunFolder> {
  const path = (name: keyof typeof runFiles): string => join(folder, runFiles[name]);
  const results = (['metrics', 'checkpoint', 'model'] as const).map(path);
  const found = (await Promise.all(results.map(exists))).some((there) => there);
  if (found && !overwrite) {
    throw new FtuError('bad-input', 'the folder already holds a run', {
      subject: folder,
      hint: 'choose another folder, or `--overwrite` to replace it',
    });
  }
  return {
    async begin(config) {
      await makeFolder(folder);
      await Promise.all(
        (Object.keys(runFiles) as (keyof typeof runFiles)[]).map((name) => rm(path(name), { force: true })),
      );
      await writeFileAtomic(path('config'), stringify(config));
    },
    async appendHistory(record) {
      const file = await open(path('history'), 'a');
      try {
        await file.write(`${JSON.stringify(record)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async saveModel(model, state, card, epoch) {
      for (const [name, { data }] of state) {
        if (data instanceof Float32Array && !data.every(Number.isFinite)) {
          throw new FtuError('bad-input', `the weights are no longer finite (${name})`, {
            subject: folder,
            hint: 'lower the learning rate',
          });
        }
      }
      const metadata = {
        decoder: model.spec.decoder,
        encoder: model.spec.encoder,
        classes: String(model.spec.classes),
        epoch: String(epoch),
        card: JSON.stringify(card),
      };
      await writeFileAtomic(path('checkpoint'), writeSafetensors(state, metadata));
      await writeFileAtomic(path('model'), exportOnnx(model, state, card));
    },
    finish: (metrics) => writeFileAtomic(path('metrics'), `${JSON.stringify(metrics, null, 2)}\n`),
  };
}
