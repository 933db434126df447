/** A key with what is held beside it, as text: "Ctrl+Shift+Z". Read by what the key types, so that it holds on every keyboard layout. */

/** What of a `KeyboardEvent` a chord is read from. */
export interface KeyPress {
  readonly key: string;
  /** The key's place on a US keyboard, such as `KeyZ`. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const named: ReadonlyMap<string, string> = new Map([
  [' ', 'Space'],
  ['+', 'Plus'],
  ['Spacebar', 'Space'],
  ['Esc', 'Escape'],
  ['Del', 'Delete'],
]);

const isLetter = (key: string): boolean => /^[A-Za-z]$/.test(key);
const isDigit = (key: string): boolean => /^[0-9]$/.test(key);

/** Keys that do nothing alone. */
const modifiers: ReadonlySet<string> = new Set([
  'Control',
  'Shift',
  'Alt',
  'AltGraph',
  'Meta',
  'CapsLock',
  'Fn',
  'OS',
  'Dead',
  'Process',
  'Unidentified',
]);

export const isModifier = (key: string): boolean => modifiers.has(key);

interface Held {
  readonly control: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

const chordOf = (name: string, { control, alt, shift }: Held): string =>
  `${control ? 'Ctrl+' : ''}${alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${name}`;

/**
 * The chords that a press may mean, the likeliest first. Command counts as Ctrl.
 * Letters: what the key types, else (Greek, Cyrillic, Option on a Mac) the key's place. Digits: also where they need Shift, as in France.
 * Other signs: Shift, Alt and AltGr belong to typing them (`[` is AltGr+8 in Germany), so they are left out.
 */
export function chordsOf(press: KeyPress): readonly string[] {
  const held: Held = { control: press.ctrlKey || press.metaKey, alt: press.altKey, shift: press.shiftKey };
  const byPlace = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (press.key === 'Dead' || press.key === 'Unidentified')
    return byPlace === undefined ? [] : [chordOf(byPlace, held)];
  if (isModifier(press.key)) return [];
  if (isLetter(press.key)) return [chordOf(press.key.toUpperCase(), held)];
  const digitByPlace = /^Digit([0-9])$/.exec(press.code)?.[1];
  if (isDigit(press.key)) {
    const plain = chordOf(press.key, { ...held, shift: false });
    return held.shift ? [chordOf(press.key, held), plain] : [plain];
  }
  if (press.key.length > 1 || named.has(press.key)) return [chordOf(named.get(press.key) ?? press.key, held)];
  const altGraph = press.ctrlKey && press.altKey;
  const sign = chordOf(press.key, { control: held.control && !altGraph, alt: false, shift: false });
  if (byPlace !== undefined) return [sign, chordOf(byPlace, held)];
  return digitByPlace !== undefined && !held.shift ? [sign, chordOf(digitByPlace, held)] : [sign];
}

/** Chords that a browser keeps for itself, or that a person without a mouse needs to move through the page. */
const kept: ReadonlySet<string> = new Set([
  'Tab',
  'Shift+Tab',
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
  'Ctrl+W',
  'Ctrl+T',
  'Ctrl+N',
  'Ctrl+Q',
  'Ctrl+Shift+W',
  'Ctrl+Shift+T',
  'Ctrl+Shift+N',
  'Alt+F4',
  'F5',
  'F11',
  'F12',
]);

/** Why an action cannot have this chord; undefined if it can. */
export function refusal(chord: string): string | undefined {
  if (!isChord(chord)) return `“${chord}” is no key that can be pressed.`;
  return kept.has(chord) ? `${chord} belongs to the browser; choose another key.` : undefined;
}

/** True for text of the form that `chordsOf` gives. */
export function isChord(text: string): boolean {
  const name = /^(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?([^\s+]+)$/.exec(text)?.[1];
  if (name === undefined || name.length > 20 || isModifier(name) || name === 'Ctrl') return false;
  return name.length > 1 ? /^[A-Z][A-Za-z0-9]+$/.test(name) : !/[a-z]/.test(name);
}

const shown: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Plus: '+',
  Escape: 'Esc',
};

/** A chord as it stands on the keys. @param mac writes ⌘, ⌥ and ⇧ */
export function chordLabel(chord: string, mac: boolean): string {
  const parts = chord.split('+');
  const name = parts.pop() ?? '';
  const signs: Readonly<Record<string, string>> = mac ? { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' } : {};
  const held = parts.map((part) => signs[part] ?? `${part}+`).join('');
  return `${held}${shown[name] ?? name}`;
}

/** The chord to give an action when a person presses its new key: on a Greek keyboard `M`, so that it also holds on others. */
export const chordToBind = (press: KeyPress): string | undefined => chordsOf(press).at(-1);
