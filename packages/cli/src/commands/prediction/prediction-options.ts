/** Settings of a prediction as `ftu predict` and `ftu tune` both take them, and what the help says of them. */
import { type PredictSettings, predictSettingsSchema } from '@ftuseg/infer';
import type { OptionHint } from '../../parser/command.js';
import { settingOptions } from '../settings.js';

export const predictionSettings = settingOptions(
  predictSettingsSchema,
  // Numbers that a person does not type.
  (name) => name !== 'stainTarget',
);

/** What was given of these settings among the options of a command. */
export const givenSettings = (options: Readonly<Record<string, unknown>>): PredictSettings =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name in predictionSettings && value !== undefined),
  );

export const predictionGroups = {
  'What the network sees': [
    'views',
    'scales',
    'merge',
    'overlap',
    'tileSize',
    'classifierGate',
    'all',
    'icc',
    'stainNormalisation',
    'micronsPerPixel',
    'downsample',
  ],
  'From probabilities to objects': ['threshold', 'crf', 'peak', 'minimumArea', 'minimumAreaUnit', 'fillHoles', 'split'],
};

export const predictionHints: Readonly<Record<string, OptionHint>> = {
  scales: { placeholder: 'NUMBERS' },
  tileSize: { placeholder: 'N|auto', values: ['auto'] },
  classifierGate: { placeholder: 'GATE', values: ['multiply'] },
  crf: { placeholder: 'CRF', values: ['none', 'reference', 'bilateral'] },
  threshold: { placeholder: 'NUMBERS' },
  peak: { placeholder: 'NUMBERS' },
  minimumArea: { placeholder: 'NUMBERS' },
};

export const PREDICTION_MACHINE = ['device', 'threads', 'batchSize'] as const;
