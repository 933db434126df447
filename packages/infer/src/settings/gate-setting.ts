/** What a person writes for the tile classifier's gate becomes what sessions take. */
import { FtuError, parseNumber } from '@ftuseg/core';
import type { PredictSettings } from './predict-settings.js';

/** As `ClassifierGate` of sessions: `multiply`, or a probability. */
export type GateSetting = 'multiply' | number;

/**
 * @throws {FtuError} `bad-input` for anything but `multiply` and a number between 0 and 1
 * @example
 * gateOf('0.1'); // 0.1
 */
export function gateOf(given: PredictSettings['classifierGate']): GateSetting | undefined {
  if (given === undefined || given === 'multiply') return given;
  const value = typeof given === 'number' ? given : parseNumber(given);
  if (value > 0 && value < 1) return value;
  throw new FtuError('bad-input', `classifierGate is "multiply" or a probability between 0 and 1, not "${given}"`, {
    subject: 'prediction settings',
    setting: 'classifierGate',
  });
}
