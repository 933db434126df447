/** `ftu train`: a prepared data set in, a run folder with a model file out. */
import { FtuError } from '@ftuseg/core';
import { assignSetting } from '@ftuseg/folders';
import {
  formatProgress,
  parseTrainConfig,
  resumeRun,
  sliceSize,
  type TrainingRanks,
  type TrainOptions,
  type TrainResult,
  trainRun,
  writePreview,
} from '@ftuseg/train';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { flagOf } from '../../parser/command-line.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import { readSettingsFile, type Settings } from '../settings.js';
import { checkProcessOptions } from './processes/process-options.js';
import { startProcesses } from './processes/start-processes.js';
import { goesOn, joinTraining, onOwnDevice, placeOf } from './processes/this-rank.js';
import { RESUMABLE, trainGroups, trainHints, trainSchema } from './train-options.js';

/** Lays `augment.zoom=1.5` over the settings; a mistake in it is one of the command line. */
function applySetting(settings: Settings, assignment: string): void {
  try {
    assignSetting(settings, assignment);
  } catch (error) {
    throw error instanceof FtuError ? new UsageError(error.message) : error;
  }
}

/** The settings of a file; a run that says nothing of its start is from the time when that meant a random one. */
async function settingsOf(path: string): Promise<Settings> {
  const { run, ...settings } = await readSettingsFile(path);
  return run === undefined ? settings : { encoderWeights: 'none', ...settings };
}

function resumeSettings(given: Settings): Record<string, unknown> {
  const other = Object.keys(given).find((name) => given[name] !== undefined && !RESUMABLE.some((key) => key === name));
  if (other !== undefined) {
    const allowed = RESUMABLE.map((name) => flagOf('train', name)).join(', ');
    throw new UsageError(
      `--resume goes on with the run's own settings: leave out ${flagOf('train', other)} (only ${allowed} may change)`,
    );
  }
  return Object.fromEntries(RESUMABLE.map((name) => [name, given[name]]));
}

/** A training needs its data and its folder, from wherever they come. */
function needFolders(settings: Settings, preview: boolean, config: string | undefined): void {
  const needed = preview ? (['data'] as const) : (['data', 'out'] as const);
  const missing = needed.filter((name) => settings[name] === undefined).map((name) => `--${name} DIR`);
  if (missing.length === 0) return;
  const elsewhere = config === undefined ? ', or --config FILE with them, or --resume DIR' : ` (${config} has none)`;
  throw new MissingOptions(`${missing.join(' and ')}${elsewhere}`);
}

const trainingOptions = ({ signal, note, progress }: CommandContext): TrainOptions => ({
  signal,
  onProgress: (event) => {
    const say = event.kind === 'epoch' || event.kind === 'note' ? note : progress;
    say(formatProgress(event));
  },
});

const resultOf = (out: string, { finished, folds, outOfFold }: TrainResult): object => ({
  out,
  finished,
  folds,
  outOfFold: outOfFold ?? null,
});

/** Waits for the other processes of the training, where there are any; rank 0 says how it went. */
function ended(out: string, result: TrainResult, ranks: TrainingRanks | undefined, context: CommandContext): object {
  ranks?.leave();
  if (ranks?.isFirst !== false) context.print(`${out}: ${result.summary}`);
  return resultOf(out, result);
}

/** The same command in several processes; what rank 0 printed is the result. */
async function together(processes: number, context: CommandContext): Promise<object> {
  const printed = await startProcesses(processes, context);
  if (context.args.includes('--json')) return z.record(z.string(), z.unknown()).parse(JSON.parse(printed));
  context.print(printed.trimEnd());
  return {};
}

export const train = defineCommand({
  name: 'train',
  schema: trainSchema,
  groups: trainGroups,
  hints: trainHints,
  result: {
    out: 'folder of the run',
    finished: 'whether every fold came to its end; if not, the time was up',
    folds: 'scores of each finished fold, as in its metrics.json',
    outOfFold: 'scores over all folds, null before all are finished or without validation',
    preview: 'with --preview, the picture; nothing else is there then',
  },
  examples: [
    'ftu train --data data --out run --encoder timm-efficientnet-b0 --group slide --folds 0,2',
    'ftu train --data data --out run --encoder resnet18 --encoder-weights none',
    'ftu train --data data --preview preview.png --set augment.preset=strong',
    'ftu train --resume run --max-hours 8',
    'ftu train --data data --out run --processes 2 --batch-size 8',
    'ftu train --config run/config.yaml --out run-2 --seed 2 --set augment.zoom=1.5',
  ],
  async run({ config: path, set, resume, preview, ...options }, context) {
    const { processes = 1, distributed, localBatchNorm, rankTimeout, allowWorldChange, ...given } = options;
    checkProcessOptions(options, resume !== undefined, preview !== undefined);
    const place = placeOf(options);
    const goOn = async (folder: string, changes: Record<string, unknown>): Promise<object> => {
      if (processes > 1) return together(processes, context);
      const ranks = place && (await joinTraining(place, options));
      const result = await resumeRun(folder, changes, { ...trainingOptions(context), ranks, allowWorldChange });
      return ended(folder, result, ranks, context);
    };
    if (resume !== undefined) return goOn(resume, resumeSettings({ ...given, config: path, set, preview }));
    const settings: Settings = path === undefined ? {} : await settingsOf(path);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) settings[name] = value;
    needFolders(settings, preview !== undefined, path);
    for (const assignment of set ?? []) applySetting(settings, assignment);
    const completed = preview === undefined ? settings : { out: preview, ...settings };
    const config = parseTrainConfig(completed, path ?? 'ftu train');
    if (preview !== undefined) {
      await writePreview(config, preview);
      context.print(preview);
      return { preview };
    }
    sliceSize(config, { size: place?.size ?? processes });
    if (processes > 1) return together(processes, context);
    if (await goesOn(config, place)) return goOn(config.out, {});
    const ranks = place && (await joinTraining(place, options));
    const result = await trainRun(onOwnDevice(config, place), { ...trainingOptions(context), ranks });
    return ended(config.out, result, ranks, context);
  },
});
