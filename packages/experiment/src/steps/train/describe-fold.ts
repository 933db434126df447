/** A finished fold as other steps know it. A run's folder knows slides by their keys only; here they are files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { OWN_FILE_LIMITS, parseYaml, runFiles } from '@ftuseg/folders';
import { checkSchema, problemText } from '@ftuseg/nn';
import type { FoldResult, SourceSlide, TrainConfig } from '@ftuseg/train';
import { z } from 'zod';
import { fileDigest } from '../../records/digest.js';
import { realPathOf } from '../shared/real-path.js';
import type { TrainedFold } from './output.js';

const ranSchema = z.object({
  run: z.object({
    trainedOn: z.array(z.string()),
    validatedOn: z.array(z.string()),
    unlabelled: z.array(z.string()).default([]),
    classes: z.array(z.string()),
  }),
});

async function readRan(path: string): Promise<z.output<typeof ranSchema>> {
  const checked = checkSchema(ranSchema, parseYaml(await readFile(path, 'utf8'), path, OWN_FILE_LIMITS));
  if (checked.success) return checked.data;
  throw new FtuError('bad-input', `this is not what a run keeps of its settings: ${problemText(checked.problems[0])}`, {
    subject: path,
    hint: 'delete the folder of the fold to train it again',
  });
}

interface FoldPlace {
  /** Of the fold, as other steps name it. */
  readonly name: string;
  readonly step: string;
  readonly folder: string;
  readonly task: TrainConfig['task'];
  /** Slides of the training by their keys. */
  readonly slides: ReadonlyMap<string, SourceSlide>;
  /** What the start of the encoder was trained on. */
  readonly before: TrainedFold['trainedOn'];
}

/** @throws {FtuError} `bad-input` where the run's record of its settings is damaged */
export async function describeFold(
  { fold, bestEpoch, epochs, steps, seconds, validation }: FoldResult,
  { name, step, folder, task, slides, before }: FoldPlace,
): Promise<TrainedFold> {
  const { run } = await readRan(join(folder, runFiles.config));
  const filesOf = (keys: readonly string[]): Promise<TrainedFold['trainedOn']> =>
    Promise.all(
      keys
        .flatMap((key) => slides.get(key) ?? [])
        .map(async ({ slide, role }) => ({ id: slide.id, image: await realPathOf(slide.inputs[0]?.path ?? ''), role })),
    );
  // A tile classifier has no model file: its weights are the start of another run.
  const model = join(folder, task === 'classify' ? runFiles.checkpoint : runFiles.model);
  return {
    name,
    step,
    fold,
    folder,
    model,
    sha256: await fileDigest(model),
    bestEpoch,
    epochs,
    steps,
    seconds,
    validationDice: validation?.meanDice ?? null,
    // The network was trained on whatever the start of its encoder was trained on.
    trainedOn: [...before, ...(await filesOf([...run.trainedOn, ...run.unlabelled]))],
    validatedOn: await filesOf(run.validatedOn),
  };
}
