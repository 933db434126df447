/** The options of `ftu train`: every setting of a training that is not nested, in the order in which people decide. */
import { decoderNames, encoderNames } from '@ftuseg/nn';
import { trainConfigSchema } from '@ftuseg/train';
import { z } from 'zod';
import type { OptionHint } from '../../parser/command.js';
import { file, folder, outputFile } from '../../parser/fields.js';
import { settingOptions } from '../settings.js';
import { processFields, processGroup } from './processes/process-options.js';

/** Nested settings are no options: `--set` reaches into them. */
const settings = settingOptions(
  trainConfigSchema,
  (name, field) => name !== 'sources' && !(field instanceof z.ZodPrefault),
);

export const trainSchema = z.object({
  config: file('settings from a YAML file, such as the config.yaml of a run; options win').optional(),
  set: z.array(z.string()).optional().meta({
    placeholder: 'NAME=VALUE',
    description: 'a nested setting such as augment.zoom=1.5; may be repeated',
  }),
  resume: folder('go on with the run in this folder from its last checkpoint').optional(),
  preview: outputFile('write a contact sheet of what the network would see (PNG), and stop').optional(),
  ...settings,
  ...processFields,
});

export const trainGroups = {
  Inputs: ['data', 'config', 'resume', 'preset', 'train', 'validate'],
  Outputs: ['out', 'name', 'overwrite', 'preview'],
  Network: [
    'decoder',
    'encoder',
    'encoderWeights',
    'start',
    'layout',
    'attention',
    'hypercolumns',
    'deepSupervision',
    'tileClassifier',
    'task',
    'normalisation',
  ],
  Folds: ['split', 'group', 'foldCount', 'folds', 'densityBins', 'stratification'],
  Training: [
    'set',
    'tile',
    'batchSize',
    'epochs',
    'samplesPerEpoch',
    'maxMinutes',
    'maxHours',
    'seed',
    'ema',
    'emaWarmup',
    'freezeEncoder',
    'calibrateBatches',
  ],
  Processes: processGroup,
  Machine: ['device', 'precision', 'threads', 'workers', 'prefetch', 'channelsLast', 'checkpointMinutes'],
};

export const trainHints: Readonly<Record<string, OptionHint>> = {
  data: { placeholder: 'DIR' },
  out: { placeholder: 'DIR' },
  group: { placeholder: 'COLUMN' },
  train: { placeholder: 'FILTER' },
  validate: { placeholder: 'FILTER' },
  folds: { placeholder: 'FOLDS' },
  decoder: { placeholder: 'DECODER', values: decoderNames() },
  encoder: { placeholder: 'ENCODER', values: encoderNames() },
  encoderWeights: { placeholder: 'FILE|imagenet|none' },
  rankTimeout: { placeholder: 'SECONDS' },
  device: { placeholder: 'DEVICE', values: ['cpu', 'cuda', 'mps'] },
};

/** Settings that say how a run goes on, not what it is: all others would change its weights. */
export const RESUMABLE = ['maxHours', 'workers', 'prefetch', 'checkpointMinutes'] as const;
