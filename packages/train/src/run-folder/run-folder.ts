/**
 * The folder that a fold leaves, which a person can read: what was asked (`config.yaml`), what happened (`history.jsonl`, curves, event
 * file), how it ended (`metrics.json`), the best weights (`checkpoint.safetensors`), the model file (`model.onnx`), and what it takes to
 * go on (`state.safetensors`).
 */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists, makeFolder, removeLeftovers, writeFileAtomic } from '@ftuseg/files';
import { type HistoryRecord, readHistory, runFiles } from '@ftuseg/folders';
import { exportOnnx, type Model, type ModelCard, type StateDict, writeSafetensors } from '@ftuseg/nn';
import { svgToPng } from '@ftuseg/slide';
import { stringify } from 'yaml';
import { drawCurves } from './curves.js';
import { encodeEvents } from './events.js';

type RunFile = keyof typeof runFiles;

export interface RunFolder {
  readonly statePath: string;
  /** Clears an earlier run and writes the resolved configuration; nothing is touched before. */
  begin(config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Takes up an interrupted run: what it wrote after its last checkpoint is forgotten. */
  resume(lastEpoch: number): Promise<void>;
  /** Appends one line and waits until it is on the disk; curves and event file follow. */
  appendHistory(record: HistoryRecord): Promise<void>;
  /** Writes the checkpoint and, if it segments, the model file. */
  saveModel(model: Model, state: StateDict, card: ModelCard, epoch: number): Promise<void>;
  /** Marks the fold as finished. */
  finish(metrics: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Whether the folder holds results that a new run would destroy. */
export async function holdsRun(folder: string): Promise<boolean> {
  const results = (['metrics', 'state', 'checkpoint', 'model'] as const).map((name) => join(folder, runFiles[name]));
  return (await Promise.all(results.map(exists))).some((there) => there);
}

/** A plain loop, because `every` takes longer than writing the file. */
function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/**
 * Weights that are no numbers are kept nowhere: neither as a result nor as a state to go on from.
 * @throws FtuError 'bad-input' that names the first of them
 */
export function requireFinite(state: StateDict, folder: string): void {
  for (const [name, { data }] of state) {
    if (data instanceof Float32Array && !allFinite(data)) {
      throw new FtuError('bad-input', `the weights are no longer finite (${name})`, {
        subject: folder,
        hint: 'lower the learning rate; the best weights so far and the last good state are kept',
      });
    }
  }
}

/** The part of a tile classifier's weights that its training moves. */
const classifierPart = (state: StateDict): StateDict =>
  new Map([...state].filter(([name]) => name.startsWith('encoder.') || name.startsWith('classification_head.')));

/** Removes what a run has left in a folder, and nothing else; what says that it is finished goes first. */
export async function clearRun(folder: string): Promise<void> {
  await removeLeftovers(folder);
  const { metrics, ...others } = runFiles;
  for (const name of [metrics, ...Object.values(others)]) await rm(join(folder, name), { force: true });
}

/**
 * Opens the folder of a fold for writing.
 * @param task decides whether there is a model file
 * @param title of its curves; where it will lie, if that is another folder
 */
export function openRunFolder(folder: string, task: 'segment' | 'classify', title = folder): RunFolder {
  const path = (name: RunFile): string => join(folder, runFiles[name]);
  let records: HistoryRecord[] = [];
  return {
    statePath: path('state'),
    async begin(config) {
      await makeFolder(folder);
      await clearRun(folder);
      await writeFileAtomic(path('config'), stringify(config));
    },
    async resume(lastEpoch) {
      await removeLeftovers(folder);
      records = await readHistory(path('history'), lastEpoch);
      await writeFileAtomic(path('history'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    },
    async appendHistory(record) {
      records.push(record);
      const file = await open(path('history'), 'a');
      try {
        await file.write(`${JSON.stringify(record)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      const svg = drawCurves(records, title);
      await writeFileAtomic(path('curves'), svg);
      await writeFileAtomic(path('curvesImage'), await svgToPng(svg));
      await writeFileAtomic(path('events'), encodeEvents(records));
    },
    async saveModel(model, state, card, epoch) {
      requireFinite(state, folder);
      const metadata = {
        decoder: model.spec.decoder,
        encoder: model.spec.encoder,
        classes: String(model.spec.classes),
        task,
        epoch: String(epoch),
        card: JSON.stringify(card),
      };
      const kept = task === 'classify' ? classifierPart(state) : state;
      await writeFileAtomic(path('checkpoint'), writeSafetensors(kept, metadata));
      if (task === 'segment') await writeFileAtomic(path('model'), exportOnnx(model, state, card));
    },
    finish: (metrics) => writeFileAtomic(path('metrics'), `${JSON.stringify(metrics, null, 2)}\n`),
  };
}
