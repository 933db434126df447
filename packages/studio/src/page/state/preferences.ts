/** What a person set and wants to find again: kept in the browser, by this page alone. */
import { effect, type Signal, signal } from '@preact/signals';

/** The little of `Storage` that is needed; a browser that forbids it throws, and then nothing is kept. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>;

const read = (store: Store | undefined, key: string): unknown => {
  try {
    const text = store?.getItem(key) ?? null;
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const write = (store: Store | undefined, key: string, value: unknown): void => {
  try {
    store?.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the setting holds until the window is closed.
  }
};

export interface Preferences {
  /** A signal that is kept under a name. `accept` says whether a kept value is one; else `initial` holds. */
  readonly kept: <T>(name: string, initial: T, accept: (value: unknown) => value is T) => Signal<T>;
}

export function createPreferences(store: Store | undefined): Preferences {
  return {
    kept: (name, initial, accept) => {
      const key = `ftuseg-studio.${name}`;
      const found = read(store, key);
      const kept = signal(accept(found) ? found : initial);
      let first = true;
      effect(() => {
        const { value } = kept;
        if (!first) write(store, key, value);
        first = false;
      });
      return kept;
    },
  };
}

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

export const isOneOf =
  <T extends string>(options: readonly T[]) =>
  (value: unknown): value is T =>
    options.some((option) => option === value);

export const isNumberIn =
  (low: number, high: number) =>
  (value: unknown): value is number =>
    typeof value === 'number' && value >= low && value <= high;

/** The browser's own store, if it lets the page have it. */
export const browserStore = (): Store | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
};
