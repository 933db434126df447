/** From what a person wrote to a whole configuration; an error names every setting that is wrong, and what was probably meant. */
import { FtuError, nearestName } from '@ftuseg/core';
import { checkSchema, problemText, type SchemaProblem, settingOf } from '@ftuseg/nn';
import { z } from 'zod';
import { refuseImpossible } from './combinations.js';
import { type TrainConfig, trainConfigSchema } from './config.js';
import { withPreset } from './presets.js';

/** The folds that a setting asks for, in order, each once. */
export function foldNumbers({ folds, foldCount }: Pick<TrainConfig, 'folds' | 'foldCount'>): number[] {
  const all = Array.from({ length: foldCount }, (_, fold) => fold);
  const wanted =
    typeof folds === 'string' ? (folds.trim() === 'all' ? all : folds.split(',').map(Number)) : [folds].flat();
  const beyond = wanted.find((fold) => fold >= foldCount);
  if (beyond !== undefined) {
    throw new FtuError('bad-input', `there is no fold ${beyond} of ${foldCount}`, {
      subject: 'folds',
      setting: 'folds',
      hint: `folds are counted from 0 to ${foldCount - 1}`,
    });
  }
  return [...new Set(wanted)].sort((a, b) => a - b);
}

/** An unknown key with its full name, and what was probably meant. */
function explain(found: SchemaProblem): string {
  const { issue } = found;
  const where = found.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    let shape: unknown = trainConfigSchema.shape;
    for (const key of issue.path) shape = shapeOf(shape, key);
    const known = typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
    return issue.keys
      .map((key) => {
        const nearest = nearestName(key, known);
        const name = where === '' ? key : `${where}.${key}`;
        return `there is no setting "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
      })
      .join('; ');
  }
  return problemText(found);
}

/** The settings inside a nested one. */
function shapeOf(shape: unknown, key: PropertyKey): unknown {
  let field: unknown = (shape as Record<PropertyKey, unknown> | undefined)?.[key];
  while (field instanceof z.ZodPrefault || field instanceof z.ZodOptional || field instanceof z.ZodDefault) {
    field = field.unwrap();
  }
  if (field instanceof z.ZodPipe) field = field.in;
  return field instanceof z.ZodObject ? field.shape : undefined;
}

/**
 * Checks a configuration and fills in the defaults, or those of its preset.
 *
 * @param subject the file or command it came from, for the error's sentence
 * @throws FtuError 'bad-input' naming every setting that is unknown or impossible, or settings that cannot be had together
 * @example
 * parseTrainConfig({ data: 'data', out: 'run', epochs: 5 }).batchSize; // 8
 */
export function parseTrainConfig(input: unknown, subject = 'training settings'): TrainConfig {
  const parsed = checkSchema(trainConfigSchema, withPreset(input));
  if (parsed.success) {
    refuseImpossible(parsed.data, subject);
    return parsed.data;
  }
  throw new FtuError('bad-input', parsed.problems.map(explain).join('; '), {
    subject,
    setting: settingOf(parsed.problems[0]),
    hint: 'see `ftu train --help`',
  });
}
