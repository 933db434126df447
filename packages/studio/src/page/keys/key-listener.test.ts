/** Which presses reach the tool, which become actions, and which belong to a field. */
import { describe, expect, it } from 'vitest';
import { type KeyEvent, KeyListener, type KeyTarget } from './key-listener.js';
import { KeyMap } from './key-map.js';
import { type FocusedElement, isTyping } from './typing.js';

const nothing = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

function scene(over: Partial<KeyTarget> = {}) {
  const log: string[] = [];
  const target: KeyTarget = {
    tool: () => false,
    act: (action) => {
      log.push(action);
      return true;
    },
    release: (action) => void log.push(`end ${action}`),
    focused: () => ({ tagName: 'BODY' }),
    blocked: () => false,
    ...over,
  };
  return { log, listener: new KeyListener(new KeyMap(nothing), target) };
}

function event(key: string, over: Partial<KeyEvent> = {}): KeyEvent & { readonly prevented: () => boolean } {
  let prevented = false;
  return {
    key,
    code: key === ' ' ? 'Space' : `Key${key.toUpperCase()}`,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    repeat: false,
    defaultPrevented: false,
    isComposing: false,
    preventDefault: () => {
      prevented = true;
    },
    prevented: () => prevented,
    ...over,
  };
}

describe('a key', () => {
  it('becomes an action, and the browser does nothing of its own', () => {
    const { log, listener } = scene();
    const pressed = event('b');
    listener.down(pressed);
    expect(log).toEqual(['brush']);
    expect(pressed.prevented()).toBe(true);
    const free = event('k');
    listener.down(free);
    expect(free.prevented()).toBe(false);
  });

  it('is offered to the tool first', () => {
    const { log, listener } = scene({ tool: ({ key }) => key === 'Backspace' });
    listener.down(event('Backspace', { code: 'Backspace' }));
    listener.down(event('Delete', { code: 'Delete' }));
    expect(log).toEqual(['delete']);
  });

  it('held down repeats undo, but never delete', () => {
    const { log, listener } = scene();
    listener.down(event('z', { ctrlKey: true, repeat: true }));
    listener.down(event('Delete', { repeat: true }));
    expect(log).toEqual(['undo']);
  });

  it('that pans does so until it goes up, or the window loses the focus', () => {
    const { log, listener } = scene();
    listener.down(event(' '));
    listener.down(event(' ', { repeat: true }));
    listener.up({ code: 'Space' });
    listener.up({ code: 'Space' });
    listener.down(event(' '));
    listener.blur();
    expect(log).toEqual(['pan', 'end pan', 'pan', 'end pan']);
  });

  it('does nothing while a dialog is open, a word is composed, or another part used it', () => {
    const { log, listener } = scene();
    listener.down(event('b', { isComposing: true }));
    listener.down(event('b', { defaultPrevented: true }));
    const open = scene({ blocked: () => true });
    open.listener.down(event('b'));
    expect([...log, ...open.log]).toEqual([]);
  });

  it('does nothing while the person types', () => {
    const { log, listener } = scene({ focused: () => ({ tagName: 'INPUT', type: 'text' }) });
    for (const key of ['b', 'Delete', '1']) listener.down(event(key));
    listener.down(event('z', { ctrlKey: true }));
    expect(log).toEqual([]);
  });
});

const role = (name: string): FocusedElement => ({ tagName: 'DIV', getAttribute: () => name });

it.each<[string, FocusedElement | null, string, boolean]>([
  ['nothing has the focus', null, 'b', false],
  ['a letter in a search field', { tagName: 'input', type: 'search' }, 'b', true],
  ['a number in a number field', { tagName: 'INPUT', type: 'number' }, '1', true],
  ['a letter on a checkbox', { tagName: 'INPUT', type: 'checkbox' }, 'b', false],
  ['Space on a checkbox', { tagName: 'INPUT', type: 'checkbox' }, ' ', true],
  ['an arrow on a slider', { tagName: 'INPUT', type: 'range' }, 'ArrowLeft', true],
  ['a bracket on a slider', { tagName: 'INPUT', type: 'range' }, ']', false],
  ['a letter in a list to choose from', { tagName: 'SELECT' }, 'b', true],
  ['a letter in a note', { tagName: 'TEXTAREA' }, 'b', true],
  ['a letter in editable text', { tagName: 'DIV', isContentEditable: true }, 'b', true],
  ['a letter in a text box by its role', role('textbox'), 'b', true],
  ['Space on a button', { tagName: 'BUTTON', type: 'submit' }, ' ', true],
  ['Delete on a button', { tagName: 'BUTTON', type: 'submit' }, 'Delete', false],
  ['an arrow in a table', role('grid'), 'ArrowDown', true],
  ['Delete in a table', role('row'), 'Delete', false],
])('%s', (_, element, key, typing) => {
  expect(isTyping(element, key)).toBe(typing);
});
