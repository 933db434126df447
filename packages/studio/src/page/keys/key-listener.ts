/** Hears the keys of the whole page: the tool in use may take a key first, then the key map says which action it is. */
import { type ActionName, keyActions } from './actions.js';
import type { KeyPress } from './chord.js';
import type { KeyMap } from './key-map.js';
import { type FocusedElement, isTyping } from './typing.js';

export interface KeyEvent extends KeyPress {
  readonly repeat: boolean;
  readonly defaultPrevented: boolean;
  readonly isComposing: boolean;
  readonly preventDefault: () => void;
}

export interface KeyTarget {
  /** True if the tool in use took the key. */
  readonly tool: (event: { readonly key: string; readonly shift: boolean; readonly control: boolean }) => boolean;
  /** An action begins; true if it was used, so that the browser does nothing of its own. */
  readonly act: (action: ActionName) => boolean;
  /** The key of a held action was let go, or the window lost the focus. */
  readonly release: (action: ActionName) => void;
  readonly focused: () => FocusedElement | null | undefined;
  /** True while a dialog is open: only its own keys act then. */
  readonly blocked: () => boolean;
}

/** Actions that go on while their key is held down; the others act once. */
const repeated: ReadonlySet<ActionName> = new Set<ActionName>([
  'undo',
  'redo',
  'brush-smaller',
  'brush-larger',
  'next-object',
  'previous-object',
  'pan-left',
  'pan-right',
  'pan-up',
  'pan-down',
  'zoom-in',
  'zoom-out',
]);

const isHeld = (action: ActionName): boolean => keyActions.some((one) => one.name === action && 'held' in one);

/** The logic without the window: `attachKeys` joins it to a page. */
export class KeyListener {
  /** By the key's place, because what it types may change while it is held. */
  readonly #held = new Map<string, ActionName>();

  constructor(
    readonly map: KeyMap,
    readonly target: KeyTarget,
  ) {}

  down(event: KeyEvent): void {
    if (event.defaultPrevented || event.isComposing || this.target.blocked()) return;
    if (isTyping(this.target.focused(), event.key)) return;
    if (this.#held.has(event.code)) {
      event.preventDefault();
      return;
    }
    const control = event.ctrlKey || event.metaKey;
    if (this.target.tool({ key: event.key, shift: event.shiftKey, control })) {
      event.preventDefault();
      return;
    }
    const action = this.map.actionOf(event);
    if (action === undefined || (event.repeat && !repeated.has(action))) return;
    if (isHeld(action)) this.#held.set(event.code, action);
    if (this.target.act(action)) event.preventDefault();
  }

  up(event: Pick<KeyEvent, 'code'>): void {
    const action = this.#held.get(event.code);
    if (action === undefined) return;
    this.#held.delete(event.code);
    this.target.release(action);
  }

  /** Ends what is held: a window without the focus hears no key go up. */
  blur(): void {
    for (const code of [...this.#held.keys()]) this.up({ code });
  }
}
