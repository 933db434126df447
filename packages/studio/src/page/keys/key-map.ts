/** Which key does what: the defaults, and over them what the person chose, which stays in the browser's storage. */
import { type ActionName, type KeyAction, keyActions } from './actions.js';
import { chordsOf, type KeyPress, refusal } from './chord.js';
import { type KeyStorage, readOverrides, writeOverrides } from './overrides.js';

export interface Conflict {
  readonly chord: string;
  /** In the order of the table; the first acts. */
  readonly actions: readonly ActionName[];
}

export interface BoundAction extends KeyAction {
  readonly name: ActionName;
  /** What acts now; `keys` are the defaults. */
  readonly chords: readonly string[];
  readonly changed: boolean;
}

export class KeyMap {
  readonly #storage: KeyStorage;
  readonly #overrides: Map<ActionName, readonly string[]>;
  readonly #listeners = new Set<() => void>();
  #problem: string | undefined;
  #byChord = new Map<string, ActionName[]>();

  constructor(storage: KeyStorage) {
    this.#storage = storage;
    const { overrides, problem } = readOverrides(storage);
    this.#overrides = overrides;
    this.#problem = problem;
    this.#index();
  }

  /** What went wrong with the storage, as a sentence; undefined if nothing did. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The action of a key; undefined if it has none. Whether the person is typing is asked elsewhere: `isTyping`. */
  actionOf(press: KeyPress): ActionName | undefined {
    for (const chord of chordsOf(press)) {
      const action = this.#byChord.get(chord)?.[0];
      if (action !== undefined) return action;
    }
    return undefined;
  }

  chords(action: ActionName): readonly string[] {
    return this.#overrides.get(action) ?? keyActions.find(({ name }) => name === action)?.keys ?? [];
  }

  /** Every action with its keys, in the order of the help. */
  list(): readonly BoundAction[] {
    return keyActions.map((action) => ({
      ...action,
      chords: this.chords(action.name),
      changed: this.#overrides.has(action.name),
    }));
  }

  /** Keys that more than one action has. */
  conflicts(): readonly Conflict[] {
    return [...this.#byChord].flatMap(([chord, actions]) => (actions.length > 1 ? [{ chord, actions }] : []));
  }

  /**
   * Gives an action these keys in place of what it had; none: no key.
   * @returns why not, as a sentence; undefined if it is done
   */
  bind(action: ActionName, chords: readonly string[]): string | undefined {
    for (const chord of chords) {
      const reason = refusal(chord);
      if (reason !== undefined) return reason;
    }
    const unique = [...new Set(chords)];
    const defaults = keyActions.find(({ name }) => name === action)?.keys ?? [];
    if (unique.length === defaults.length && unique.every((chord, i) => chord === defaults[i])) {
      this.#overrides.delete(action);
    } else this.#overrides.set(action, unique);
    this.#changed();
    return undefined;
  }

  /** The defaults again: of one action, or of all. */
  reset(action?: ActionName): void {
    if (action === undefined) this.#overrides.clear();
    else this.#overrides.delete(action);
    this.#changed();
  }

  /** @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#problem = writeOverrides(this.#storage, this.#overrides);
    this.#index();
    for (const listener of this.#listeners) listener();
  }

  #index(): void {
    this.#byChord = new Map();
    for (const { name } of keyActions) {
      for (const chord of this.chords(name)) {
        const actions = this.#byChord.get(chord) ?? [];
        actions.push(name);
        this.#byChord.set(chord, actions);
      }
    }
  }
}
