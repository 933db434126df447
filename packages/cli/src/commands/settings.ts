/** Settings that a command takes from a file as well as from options. */
import { FtuError } from '@ftuseg/core';
import { readRegularText } from '@ftuseg/files';

import { isPlainObject, OWN_FILE_LIMITS, type PlainObject, parseYaml } from '@ftuseg/folders';

import { z } from 'zod';

export type Settings = PlainObject;

export const isSettings = isPlainObject;

/**
 * A schema's settings as options without defaults, so that an option not given leaves the file's value.
 * @param taken which settings are options
 */
export function settingOptions(
  schema: z.ZodObject,
  taken: (name: string, field: z.core.$ZodType) => boolean = () => true,
): Record<string, z.ZodType> {
  const result: Record<string, z.ZodType> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (!taken(name, field)) continue;
    const inner = field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field;
    const byDefault = field instanceof z.ZodDefault ? field.parse(undefined) : undefined;
    // A switch that is off needs no word.
    const shown = byDefault === undefined || byDefault === false ? '' : ` (default: ${String(byDefault)})`;
    // What a text may be is for the settings' own check, which knows the nearest right one.
    const loose = inner instanceof z.ZodString || inner instanceof z.ZodUnion ? z.string() : (inner as z.ZodType);
    result[name] = z.optional(loose).describe(`${(field as z.ZodType).description ?? ''}${shown}`);
  }
  return result;
}

/**
 * @returns the settings of a YAML or JSON file; what a run or a search adds under `run` is no setting
 * @throws {FtuError} `not-found`, `io`, or `bad-input` for a file that holds no settings
 */
export async function readSettings(path: string): Promise<Settings> {
  const { run: _, ...settings } = await readSettingsFile(path);
  return settings;
}

/**
 * The same with what a run added under `run`: of ten thousand slides, more than a person would write.
 * @throws {FtuError} as `readSettings`
 */
export async function readSettingsFile(path: string): Promise<Settings> {
  const parsed = parseYaml(await readRegularText(path), path, OWN_FILE_LIMITS);
  if (isSettings(parsed)) return parsed;
  throw new FtuError('bad-input', 'must hold settings as `name: value`', { subject: path });
}
