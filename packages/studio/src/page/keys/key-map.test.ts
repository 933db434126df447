/** Keys as people press them on keyboards of several countries; remapping, conflicts, and what the browser's storage may do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActionName, keyActions } from './actions.js';
import { chordLabel, chordsOf, isChord, type KeyPress, refusal } from './chord.js';
import { KeyMap } from './key-map.js';
import { type KeyStorage, STORAGE_NAME } from './overrides.js';

function memory(entries: Record<string, string> = {}): KeyStorage & { readonly entries: Map<string, string> } {
  const kept = new Map(Object.entries(entries));
  return {
    entries: kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('the default keys', () => {
  it('belong to one action each, and none to the browser', () => {
    expect(new KeyMap(memory()).conflicts()).toEqual([]);
    expect(keyActions.flatMap(({ keys }) => keys).filter((chord) => refusal(chord) !== undefined)).toEqual([]);
  });

  it.each([
    ['M', press('m', 'KeyM'), 'move'],
    ['caps lock', press('P', 'KeyP'), 'polygon'],
    ['undo', press('z', 'KeyZ', { ctrlKey: true }), 'undo'],
    ['undo with Command', press('z', 'KeyZ', { metaKey: true }), 'undo'],
    ['redo', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'redo'],
    ['redo as Windows has it', press('y', 'KeyY', { ctrlKey: true }), 'redo'],
    ['Z of a German keyboard, by what it types', press('z', 'KeyY', { ctrlKey: true }), 'undo'],
    ['M of a French keyboard', press('m', 'Semicolon'), 'move'],
    ['mu of a Greek keyboard, by its place', press('μ', 'KeyM'), 'move'],
    ['Cyrillic', press('и', 'KeyB'), 'brush'],
    ['[ of a German keyboard under Windows', press('[', 'Digit8', { ctrlKey: true, altKey: true }), 'brush-smaller'],
    ['] of a German Mac', press(']', 'Digit6', { altKey: true }), 'brush-larger'],
    ['? of an American keyboard', press('?', 'Slash', { shiftKey: true }), 'help'],
    ['? of a German keyboard', press('?', 'Minus', { shiftKey: true }), 'help'],
    ['1 of a French keyboard without Shift', press('&', 'Digit1'), 'class-1'],
    ['1 of a French keyboard with Shift', press('1', 'Digit1', { shiftKey: true }), 'class-1'],
    ['0 of the number pad', press('0', 'Numpad0'), 'class-complete'],
    ['Space', press(' ', 'Space'), 'pan'],
    ['Delete', press('Delete', 'Delete'), 'delete'],
    ['Backspace', press('Backspace', 'Backspace'), 'delete'],
  ] as const)('%s', (_, event, action) => {
    expect(new KeyMap(memory()).actionOf(event)).toBe(action);
  });

  it.each([
    ['Shift+1 of an American keyboard types !', press('!', 'Digit1', { shiftKey: true })],
    ['Ctrl+P prints', press('p', 'KeyP', { ctrlKey: true })],
    ['Alt+B opens a menu', press('b', 'KeyB', { altKey: true })],
    ['Shift alone', press('Shift', 'ShiftLeft', { shiftKey: true })],
  ])('leave alone: %s', (_, event) => {
    expect(new KeyMap(memory()).actionOf(event)).toBeUndefined();
  });
});

describe('other keys', () => {
  it('take the place of the defaults, stay after a reload, and go again', () => {
    const storage = memory();
    const map = new KeyMap(storage);
    let changes = 0;
    map.onChange(() => changes++);
    expect(map.bind('brush', ['Q', 'Alt+B'])).toBeUndefined();
    expect(changes).toBe(1);
    const again = new KeyMap(storage);
    expect(again.actionOf(press('q', 'KeyQ'))).toBe('brush');
    expect(again.actionOf(press('b', 'KeyB'))).toBeUndefined();
    expect(again.list().find(({ name }) => name === 'brush')).toMatchObject({ chords: ['Q', 'Alt+B'], changed: true });
    again.reset('brush');
    expect(again.actionOf(press('b', 'KeyB'))).toBe('brush');
    expect(storage.entries.has(STORAGE_NAME)).toBe(false);
  });

  it('that are the defaults are not kept', () => {
    const storage = memory();
    const map = new KeyMap(storage);
    map.bind('wand', []);
    expect(map.actionOf(press('w', 'KeyW'))).toBeUndefined();
    map.bind('wand', ['W']);
    expect(storage.entries.size).toBe(0);
  });

  it('that two actions share are shown, and the first of the table acts', () => {
    const map = new KeyMap(memory());
    map.bind('eraser', ['B']);
    expect(map.conflicts()).toEqual([{ chord: 'B', actions: ['brush', 'eraser'] }]);
    expect(map.actionOf(press('b', 'KeyB'))).toBe('brush');
  });

  it('that the browser needs are refused with a sentence', () => {
    const map = new KeyMap(memory());
    expect(map.bind('wand', ['Ctrl+W'])).toBe('Ctrl+W belongs to the browser; choose another key.');
    expect(map.bind('wand', ['Tab'])).toContain('Tab');
    expect(map.bind('wand', ['w'])).toContain('no key');
    expect(map.chords('wand')).toEqual(['W']);
  });
});

describe('the storage', () => {
  it('that is forbidden costs a sentence, not the page', () => {
    const forbidden = (): never => {
      throw new Error('SecurityError');
    };
    const map = new KeyMap({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    expect(map.problem).toContain('keep nothing');
    map.bind('brush', ['Q']);
    expect(map.problem).toContain('did not keep');
    expect(map.actionOf(press('q', 'KeyQ'))).toBe('brush');
  });

  it.each([
    ['no JSON', '{', /cannot be read/],
    ['another form', '{"brush":"Q"}', /cannot be read/],
    [
      'an action and a chord that are unknown',
      '{"paint":["Q"],"brush":["Hyper+Q"],"wand":["Q"]}',
      /^2 of the kept keys/,
    ],
  ])('that holds %s is believed as far as it goes', (_, text, problem) => {
    expect(new KeyMap(memory({ [STORAGE_NAME]: text })).problem).toMatch(problem);
  });
});

describe('any key', () => {
  const anyPress = fc.record({
    key: fc.oneof(
      fc.constantFrom('Delete', 'ArrowUp', 'F3', ' ', '+', 'Dead', 'a', 'Ä', '9'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    code: fc.constantFrom('KeyA', 'Digit9', 'Semicolon', 'Space', ''),
    ctrlKey: fc.boolean(),
    metaKey: fc.boolean(),
    shiftKey: fc.boolean(),
    altKey: fc.boolean(),
  });

  it('has chords that can be bound, found again, or are refused with a sentence', () => {
    const names = keyActions.map(({ name }) => name);
    fc.assert(
      fc.property(anyPress, fc.constantFrom(...names), (event, action: ActionName) => {
        for (const chord of chordsOf(event)) {
          const map = new KeyMap(memory());
          for (const name of names) map.bind(name, []);
          if (map.bind(action, [chord]) !== undefined) expect(refusal(chord)).toMatch(/\.$/);
          else expect(map.actionOf(event)).toBe(action);
        }
      }),
    );
  });
});

it('labels are those of the keys', () => {
  expect(['Ctrl+Shift+Z', 'ArrowLeft', 'Alt+Plus'].map((chord) => chordLabel(chord, false))).toEqual([
    'Ctrl+Shift+Z',
    '←',
    'Alt++',
  ]);
  expect(chordLabel('Ctrl+Shift+Z', true)).toBe('⌘⇧Z');
  expect(['', 'Ctrl+', '+', 'Shift', 'a'].filter(isChord)).toEqual([]);
});
