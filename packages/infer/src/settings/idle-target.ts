/** A target of colours that would change nothing, or was measured otherwise. */
import { FtuError } from '@ftuseg/core';
import type { z } from 'zod';
import type { predictSettingsSchema } from './predict-settings.js';

type ColourSettings = Pick<z.output<typeof predictSettingsSchema>, 'stainNormalisation' | 'stainTarget'>;

/** @throws {FtuError} `bad-input` for a target that nothing is brought to, or one that was measured by another method */
export function refuseIdleTarget({ stainNormalisation: method, stainTarget }: ColourSettings): void {
  if (stainTarget === undefined) return;
  const fail = (problem: string, hint: string): FtuError =>
    new FtuError('bad-input', `stainTarget: ${problem}`, {
      subject: 'prediction settings',
      setting: 'stainTarget',
      hint,
    });
  if (method === undefined || method === 'none') {
    throw fail('it does nothing without stainNormalisation', 'choose a method, or leave it out');
  }
  if (stainTarget.method !== method) {
    throw fail(`its colours are by ${stainTarget.method}`, `measure them by ${method}`);
  }
}
