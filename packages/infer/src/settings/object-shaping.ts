/** What of the settings makes objects of probabilities: a calibration of objects holds for those that were made alike. */
import type { Calibration, ObjectShaping } from '@ftuseg/nn';
import type { ResolvedSettings } from './resolve-settings.js';

export const shapingOf = (settings: ResolvedSettings): ObjectShaping => ({
  threshold: [...settings.threshold],
  peak: [...settings.peak],
  minimumArea: [...settings.minimumArea],
  minimumAreaUnit: (settings.minimumAreaBy === 'settings' ? settings.minimumAreaUnit : undefined) ?? 'um2',
  crf: settings.crf === undefined ? null : { ...settings.crf },
  fillHoles: settings.fillHoles,
  split: settings.split,
});

const textOf = (value: unknown): string =>
  value === null ? 'none' : Array.isArray(value) ? value.join(', ') : JSON.stringify(value);

/** @returns what all have in common */
export function commonShaping([first, ...others]: readonly ObjectShaping[]): Partial<ObjectShaping> {
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) =>
      others.every((one) => textOf(one[name as keyof ObjectShaping]) === textOf(value)),
    ),
  );
}

/**
 * @param learnt of a calibration
 * @returns such as `threshold 0.5 (here 0.05)`
 */
export function shapingDifferences(learnt: NonNullable<Calibration['shaping']>, settings: ResolvedSettings): string[] {
  const here = shapingOf(settings);
  return Object.entries(learnt).flatMap(([name, value]) => {
    const own = textOf(here[name as keyof ObjectShaping]);
    if (textOf(value) === own) return [];
    // Its numbers would fill the line.
    return [name === 'crf' ? 'another crf' : `${name} ${textOf(value)} (here ${own})`];
  });
}
