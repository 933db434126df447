/** Mouse and keys in a headless Chromium, as a person would use them: events that the browser itself makes, not the page. */
import type { Chromium } from './chromium.js';

export interface Held {
  readonly shift?: boolean;
  readonly control?: boolean;
  readonly alt?: boolean;
}

/** CSS pixels of the window. */
export type Place = readonly [x: number, y: number];

const modifiersOf = ({ shift = false, control = false, alt = false }: Held): number =>
  (alt ? 1 : 0) + (control ? 2 : 0) + (shift ? 8 : 0);

type MouseEventKind = 'mousePressed' | 'mouseMoved' | 'mouseReleased';

async function mouse(
  browser: Chromium,
  type: MouseEventKind,
  [x, y]: Place,
  more: { readonly held?: Held; readonly pressed?: boolean; readonly clickCount?: number } = {},
): Promise<void> {
  const { held = {}, pressed = false, clickCount = 1 } = more;
  const button = pressed || type !== 'mouseMoved' ? 'left' : 'none';
  const buttons = pressed || type === 'mousePressed' ? 1 : 0;
  await browser.send('Input.dispatchMouseEvent', {
    type,
    x,
    y,
    button,
    buttons,
    clickCount,
    modifiers: modifiersOf(held),
  });
}

export const hover = (browser: Chromium, at: Place, held: Held = {}): Promise<void> =>
  mouse(browser, 'mouseMoved', at, { held });

/** @param clickCount 2: the second click of a double click */
export async function click(browser: Chromium, at: Place, held: Held = {}, clickCount = 1): Promise<void> {
  await mouse(browser, 'mouseMoved', at, { held });
  await mouse(browser, 'mousePressed', at, { held, clickCount });
  await mouse(browser, 'mouseReleased', at, { held, clickCount });
}

/** Presses at the first place and lets go at the last. */
export async function drag(browser: Chromium, places: readonly Place[], held: Held = {}): Promise<void> {
  const [first = [0, 0], ...rest] = places;
  await mouse(browser, 'mouseMoved', first, { held });
  await mouse(browser, 'mousePressed', first, { held });
  for (const place of rest) await mouse(browser, 'mouseMoved', place, { held, pressed: true });
  await mouse(browser, 'mouseReleased', rest.at(-1) ?? first, { held });
}

/** @param deltaY CSS pixels; negative: away from the person, which zooms in */
export async function wheel(browser: Chromium, [x, y]: Place, deltaY: number): Promise<void> {
  await browser.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY });
}

/** Where each finger is, in the order of the fingers; none: all are lifted. */
export async function touch(
  browser: Chromium,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  fingers: readonly Place[] = [],
): Promise<void> {
  await browser.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) });
}

const named: Readonly<Record<string, { readonly code: string; readonly windowsVirtualKeyCode: number }>> = {
  Delete: { code: 'Delete', windowsVirtualKeyCode: 46 },
  Backspace: { code: 'Backspace', windowsVirtualKeyCode: 8 },
  Enter: { code: 'Enter', windowsVirtualKeyCode: 13 },
  Escape: { code: 'Escape', windowsVirtualKeyCode: 27 },
  Home: { code: 'Home', windowsVirtualKeyCode: 36 },
  Tab: { code: 'Tab', windowsVirtualKeyCode: 9 },
  ' ': { code: 'Space', windowsVirtualKeyCode: 32 },
};

function keyOf(key: string): Readonly<Record<string, unknown>> {
  const found = named[key];
  if (found !== undefined) return { key, ...found };
  const upper = key.toUpperCase();
  const code = /^[A-Z]$/.test(upper) ? `Key${upper}` : /^[0-9]$/.test(key) ? `Digit${key}` : '';
  return { key, code, windowsVirtualKeyCode: upper.codePointAt(0) ?? 0 };
}

export async function keyDown(browser: Chromium, key: string, held: Held = {}): Promise<void> {
  const text = key === 'Enter' ? '\r' : key;
  const typed = text.length === 1 && held.control !== true ? { text } : {};
  await browser.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    ...keyOf(key),
    ...typed,
    modifiers: modifiersOf(held),
  });
}

export async function keyUp(browser: Chromium, key: string, held: Held = {}): Promise<void> {
  await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...keyOf(key), modifiers: modifiersOf(held) });
}

export async function pressKey(browser: Chromium, key: string, held: Held = {}): Promise<void> {
  await keyDown(browser, key, held);
  await keyUp(browser, key, held);
}
