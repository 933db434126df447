/** A train step with everything that follows from its settings and those of its data, before anything is trained. */
import { join } from 'node:path';
import { parseClasses } from '@ftuseg/slide';
import { foldNumbers, modelSpec, parseTrainConfig, type TrainConfig } from '@ftuseg/train';
import type { NetworkLoad } from '../../estimate/work.js';
import { stepOf } from '../../step-kind/is-step.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { DATA_FOLDER } from '../prepare/output.js';
import { isPrepare, type PrepareStep } from '../prepare/schema.js';
import { isTrain, type TrainStep } from './schema.js';

export interface Training {
  readonly name: string;
  readonly step: TrainStep;
  readonly data: PrepareStep;
  readonly config: TrainConfig;
  readonly network: NetworkLoad;
  /** Folds that are trained. */
  readonly folds: readonly (number | undefined)[];
  /** Share of the official slides that these folds validate together. */
  readonly validated: number;
}

export function trainingOf(context: Pick<RunContext, 'checked' | 'threads'>, name: string): Training {
  const step = stepOf(context, name, isTrain);
  const data = stepOf(context, step.data, isPrepare);
  const threads = context.threads === undefined ? {} : { threads: context.threads };
  const config = parseTrainConfig({ ...threads, ...step.settings, data: '.', out: '.' });
  const spec = modelSpec(config, parseClasses(data.classes).names.length);
  const single = config.validate !== undefined || config.split === 'none';
  const folds = single ? [undefined] : foldNumbers(config);
  const validated = config.split === 'none' && config.validate === undefined ? 0 : folds.length / config.foldCount;
  return { name, step, data, config, network: { spec, tile: config.tile ?? data.tile }, folds, validated };
}

/** Where a step that prepares data leaves them, once it is done. */
export function preparedFolder({ checked, records }: RunContext, name: string): string | undefined {
  const folder = checked.folders.get(name);
  return folder === undefined || !records.has(name) ? undefined : join(folder, DATA_FOLDER);
}
