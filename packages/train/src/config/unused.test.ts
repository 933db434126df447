/** Every setting of a training, in many companies: each other value changes what the training does, or is refused. */
import { FtuError } from '@ftuseg/core';
import { torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { few } from '../../../../tests/long.js';
import { behaviourOf } from '../../tests/behaviour.js';
import { trainConfigSchema } from './config.js';
import { parseTrainConfig } from './parse-config.js';
import { refuseUnusedTraining, unusedSettings } from './unused.js';

type Settings = Record<string, unknown>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a run is written and how fast it goes; the tests of the loop and of the loader show that they work. */
const operational = new Set([
  'data',
  'out',
  'overwrite',
  'name',
  'preset',
  'maxMinutes',
  'maxHours',
  'device',
  'channelsLast',
  'threads',
  'workers',
  'prefetch',
  'checkpointMinutes',
]);
/** Their values are names of other things: tests of their own (split, anatomy, sources, presets of augmentation). */
const named = new Set(['sources', 'train', 'sampling.anatomy', 'augment.preset']);

/** Names of all settings, nested ones as `schedule.warmup`. */
function settingsOf(schema: unknown, before = ''): string[] {
  const json = schema as { properties?: Record<string, unknown> };
  return Object.entries(json.properties ?? {}).flatMap(([name, below]) => {
    const path = `${before}${name}`;
    const nested = isSettings(below) && isSettings(below.properties);
    return nested && path !== 'sources' ? settingsOf(below, `${path}.`) : [path];
  });
}

const everySetting = settingsOf(z.toJSONSchema(trainConfigSchema, { io: 'input' }));

const companies: Readonly<Record<string, Settings>> = {
  default: {},
  reference: { preset: 'reference', encoder: 'tu-test_efficientnet' },
  winner: { preset: 'winner', encoder: 'tu-test_efficientnet' },
  polynomial: { optimiser: { name: 'sgd' }, schedule: { name: 'polynomial' } },
  'momentum, one cycle': { optimiser: { name: 'sgd' }, schedule: { name: 'one-cycle' } },
  'plateau, Jaccard': { schedule: { name: 'plateau' }, loss: { bce: 0, dice: 0, jaccard: 1 } },
  'no validation': { split: 'none', schedule: { name: 'plateau' } },
  'validation by a filter': { validate: 'centre=far', schedule: { name: 'constant' } },
  'a tile classifier': { task: 'classify' },
  'grid, odd losses': {
    sampling: { windows: 'grid' },
    augment: { preset: 'none' },
    loss: { bce: 0, dice: 0, focal: 1, tversky: 1, boundary: 1 },
  },
  'folds of tiles': { split: 'tiles', sampling: { windows: 'grid' }, augment: { preset: 'strong' } },
  'further heads': {
    deepSupervision: true,
    tileClassifier: true,
    sampling: { areaBins: 3 },
    augment: { preset: 'reference' },
  },
  'hospitals of unequal size': { sampling: { balanceBy: 'donor' } },
  'hard negatives': { sampling: { hardNegatives: 0.5, hardNegativesEvery: 2 }, tileClassifier: true },
  'unlabelled slides': { split: 'none', sources: { web: { role: 'unlabelled' } } },
  'folded weights': { encoderWeights: 'folded.npz', sampling: { centred: 0 }, augment: { preset: 'strong' } },
};

/** Values that show what a setting does, where halves and neighbours do not. */
const words: Readonly<Record<string, string | number>> = {
  'optimiser.epsilon': 0.1,
  'optimiser.clipNorm': 1e-8,
  'sampling.areaBins': 3,
  densityBins: 2,
  validate: 'donor=d2',
  group: 'centre',
  'schedule.minimum': 0.5,
  'sampling.balanceBy': 'donor',
  encoder: 'resnet34',
  decoder: 'fpn',
  attention: 'scse',
  encoderWeights: 'other.npz',
};

function valueAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isSettings(value) ? value[key] : undefined), settings);
}

function withValue(settings: Settings, [key = '', ...rest]: readonly string[], value: unknown): Settings {
  const below = settings[key];
  return { ...settings, [key]: rest.length === 0 ? value : withValue(isSettings(below) ? below : {}, rest, value) };
}

/** Other values for a setting, likeliest first; those that its schema refuses are passed over. */
function others(path: string, value: unknown): unknown[] {
  const numbers = typeof value === 'number' ? [value / 2, value + 1, value + 2, 0.5, 0.25] : [0.5, 1, 3, 64];
  const field = valueAt(z.toJSONSchema(trainConfigSchema, { io: 'input' }), [
    'properties',
    ...path.split('.').join('.properties.').split('.'),
  ]);
  const choices = isSettings(field) && Array.isArray(field.enum) ? field.enum : [];
  return [words[path], ...choices, ...(typeof value === 'boolean' ? [!value] : []), ...numbers, '1', true].filter(
    (one) => one !== undefined && one !== value,
  );
}

function otherThan(company: Settings, path: readonly string[]): Settings | undefined {
  const value = valueAt(parseTrainConfig(company), path);
  for (const candidate of others(path.join('.'), value)) {
    const changed = withValue(company, path, candidate);
    try {
      const found = valueAt(parseTrainConfig(changed), path);
      if (JSON.stringify(found) !== JSON.stringify(value)) return changed;
    } catch (error) {
      if (!(error instanceof FtuError)) throw error;
    }
  }
  return undefined;
}

const base = { data: 'data', out: 'out', foldCount: 3, folds: '0,1', densityBins: 4, group: 'donor' };
/** Folds and groups where they are of use. */
const complete = (company: Settings): Settings => {
  const all = { ...base, ...company };
  const idle = new Set(unusedSettings(all).map(({ setting }) => setting));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !idle.has(name)));
};

describe.skipIf(!torchAvailable())('every setting of a training (needs libtorch: make libtorch)', () => {
  it.each(few(Object.entries(companies), 6))(
    'changes something or is refused: %s',
    (_, own) => {
      const company = complete(own);
      const before = behaviourOf(parseTrainConfig(company));
      expect(behaviourOf(parseTrainConfig(company))).toBe(before);
      const idle: string[] = [];
      let [changed, refused] = [0, 0];
      for (const setting of everySetting) {
        if (operational.has(setting) || named.has(setting)) continue;
        const other = otherThan(company, setting.split('.'));
        // Every other value is impossible here, and parsing says so.
        if (other === undefined) continue;
        if (unusedSettings(other).some((one) => one.setting === setting)) {
          refused++;
          continue;
        }
        try {
          if (behaviourOf(parseTrainConfig(other)) === before) idle.push(setting);
          else changed++;
        } catch (error) {
          if (!(error instanceof FtuError)) throw error;
          refused++;
        }
      }
      expect(idle).toEqual([]);
      expect(changed).toBeGreaterThan(20);
      expect(refused).toBeGreaterThan(5);
    },
    240_000,
  );

  it('knows every setting that there is', () => {
    expect(everySetting.length).toBeGreaterThan(100);
    for (const setting of [...operational, ...named]) expect(everySetting).toContain(setting);
  });
});

describe('a source with the name of the main data set', () => {
  it('is refused: its shares would be lost', () => {
    const sources = { official: { data: 'w', role: 'external', positive: 0 } };
    expect(() => parseTrainConfig({ data: 'd', out: 'o', sampling: { windows: 'grid' }, sources })).toThrow(
      'sources.official: the slides of the main data set are called so; give the source another name',
    );
  });
});

describe('settings that would do nothing', () => {
  const refuse = (settings: Settings) => refuseUnusedTraining({ data: 'd', out: 'o', ...settings });

  it('are refused by name, with the reason and the others', () => {
    expect(() => refuse({ schedule: { name: 'reference', warmup: 0.1 } })).toThrow(
      'training settings: setting "schedule.warmup" would do nothing: the schedule "reference" has no use for it; leave it out',
    );
    expect(() => refuse({ optimiser: { momentum: 0.5, nesterov: false } })).toThrow(
      /leave it out, and "optimiser.nesterov" too/,
    );
    expect(() => refuse({ sources: { web: { data: 'w', role: 'external', positive: 0.5 } } })).toThrow(
      /"sources.web.positive" would do nothing: windows are drawn freely/,
    );
  });

  it('are heads of a network whose loss has no weight, too', () => {
    expect(() => refuse({ tileClassifier: true, loss: { tile: 0 } })).toThrow(/"tileClassifier" would do nothing/);
    expect(() => refuse({ deepSupervision: true, loss: { auxiliary: 0 } })).toThrow(/loss.auxiliary is 0/);
  });

  it('pass where they have the value that they would have anyway, as in the config.yaml of a run', () => {
    expect(() => refuse(parseTrainConfig({ data: 'd', out: 'o', preset: 'reference' }))).not.toThrow();
    expect(() => refuse({ schedule: { name: 'reference', warmup: 0.05 } })).not.toThrow();
    expect(() => refuse({ augment: { rotation: 0, rotationChance: 0 } })).not.toThrow();
  });
});
