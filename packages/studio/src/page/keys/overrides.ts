/** The person's keys as they are kept in the browser. What another version or a hand wrote is checked before it is believed. */
import { z } from 'zod';
import { type ActionName, keyActions } from './actions.js';
import { refusal } from './chord.js';

/** Of `localStorage`, what is used. Every call may throw, where a browser forbids storage. */
export interface KeyStorage {
  readonly getItem: (name: string) => string | null;
  readonly setItem: (name: string, value: string) => void;
  readonly removeItem: (name: string) => void;
}

/** Where they are kept. */
export const STORAGE_NAME = 'ftuseg-studio-keys';

const schema = z.record(z.string(), z.array(z.string()).max(10));

export interface ReadOverrides {
  readonly overrides: Map<ActionName, readonly string[]>;
  readonly problem: string | undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function readOverrides(storage: Pick<KeyStorage, 'getItem'>): ReadOverrides {
  const overrides = new Map<ActionName, readonly string[]>();
  let text: string | null;
  try {
    text = storage.getItem(STORAGE_NAME);
  } catch {
    return {
      overrides,
      problem: 'This browser lets the page keep nothing: changed keys last until the page is closed.',
    };
  }
  if (text === null) return { overrides, problem: undefined };
  const read = schema.safeParse(parsed(text));
  if (!read.success) return { overrides, problem: 'The kept keys cannot be read; the default keys are used.' };
  let dropped = 0;
  for (const [name, chords] of Object.entries(read.data)) {
    const action = keyActions.find((one) => one.name === name);
    if (action === undefined || chords.some((chord) => refusal(chord) !== undefined)) dropped++;
    else overrides.set(action.name, chords);
  }
  const problem = dropped === 0 ? undefined : `${dropped} of the kept keys are unknown here and were left out.`;
  return { overrides, problem };
}

/** @returns why nothing was kept, as a sentence; undefined if it was */
export function writeOverrides(
  storage: KeyStorage,
  overrides: ReadonlyMap<ActionName, readonly string[]>,
): string | undefined {
  try {
    if (overrides.size === 0) storage.removeItem(STORAGE_NAME);
    else storage.setItem(STORAGE_NAME, JSON.stringify(Object.fromEntries(overrides)));
    return undefined;
  } catch {
    return 'The browser did not keep the changed keys: they last until the page is closed.';
  }
}
