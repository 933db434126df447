/** `ftu train`: a prepared data set in, a run folder with a model file out. */
import { FtuError } from '@ftuseg/core';
import {
  assignSetting,
  formatProgress,
  parseTrainConfig,
  resumeRun,
  type TrainOptions,
  trainConfigSchema,
  trainRun,
  writePreview,
} from '@ftuseg/train';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { UsageError } from '../../parser/usage-error.js';
import { readSettingsFile, type Settings, settingFlags } from '../settings.js';

/** Nested settings are no flags: `--set` reaches into them. */
const flags = settingFlags(trainConfigSchema, (name, field) => name !== 'sources' && !(field instanceof z.ZodPrefault));

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

/** Flags that say how a run goes on, not what it is: all others would change its weights. */
const resumable = ['maxHours', 'workers', 'prefetch', 'checkpointMinutes'] as const;

function resumeSettings(given: Settings): Record<string, unknown> {
  const other = Object.keys(given).find((name) => given[name] !== undefined && !resumable.some((key) => key === name));
  if (other !== undefined) {
    const allowed = resumable.map((name) => `--${kebab(name)}`).join(', ');
    throw new UsageError(
      `--resume goes on with the run's own settings: leave out --${kebab(other)} (only ${allowed} may change)`,
    );
  }
  return Object.fromEntries(resumable.map((name) => [name, given[name]]));
}

/** A training needs its data and its folder, from wherever they come. */
function needFolders(settings: Settings, preview: boolean, config: string | undefined): void {
  const needed = preview ? (['data'] as const) : (['data', 'out'] as const);
  const missing = needed.filter((name) => settings[name] === undefined).map((name) => `--${name}`);
  if (missing.length === 0) return;
  const elsewhere = config === undefined ? ', or --config FILE with them, or --resume FOLDER' : ` (${config} has none)`;
  throw new UsageError(`ftu train needs ${missing.join(' and ')}${elsewhere}; see ftu train --help`);
}

export const train = defineCommand({
  name: 'train',
  summary: 'Train a segmentation network on a prepared data set.',
  schema: z.object({
    config: z.string().optional().describe('settings from a YAML file, such as the config.yaml of a run; flags win'),
    set: z.array(z.string()).optional().meta({
      placeholder: 'NAME=VALUE',
      description: 'a nested setting such as augment.zoom=1.5; may be repeated',
    }),
    resume: z.string().optional().describe('go on with the run in this folder from its last checkpoint'),
    preview: z.string().optional().describe('write a contact sheet of what the network would see (PNG), and stop'),
    ...flags,
  }),
  examples: [
    'ftu train --data data --out run --encoder timm-efficientnet-b0 --group slide --folds 0,2',
    'ftu train --data data --out run --encoder resnet18 --encoder-weights none',
    'ftu train --data data --preview preview.png --set augment.preset=strong',
    'ftu train --resume run --max-hours 8',
    'ftu train --config run/config.yaml --out run-2 --seed 2 --set augment.zoom=1.5',
  ],
  async run(options, context) {
    const {
      config: path,
      set,
      resume,
      preview,
      ...given
    } = options as Settings & {
      config?: string;
      set?: string[];
      resume?: string;
      preview?: string;
    };
    const training: TrainOptions = {
      signal: context.signal,
      onProgress: (event) => {
        const text = formatProgress(event);
        if (event.kind === 'epoch' || event.kind === 'note') context.note(text);
        else context.progress(text);
      },
    };
    if (resume !== undefined) {
      const changes = resumeSettings({ ...given, config: path, set, preview });
      const result = await resumeRun(resume, changes, training);
      context.print(`${resume}: ${result.summary}`);
      return;
    }
    const settings: Settings = path === undefined ? {} : await settingsOf(path);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) settings[name] = value;
    needFolders(settings, preview !== undefined, path);
    for (const assignment of set ?? []) applySetting(settings, assignment);
    const config = parseTrainConfig(
      preview === undefined ? settings : { out: preview, ...settings },
      path ?? 'ftu train',
    );
    if (preview !== undefined) {
      await writePreview(config, preview);
      context.print(preview);
      return;
    }
    const result = await trainRun(config, training);
    context.print(`${config.out}: ${result.summary}`);
  },
});
