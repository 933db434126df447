/** What a person does beside clicks, drags and keys: turns the wheel, holds a key down, touches. Events are the browser's own. */
import type { Chromium } from './chromium.js';

/** CSS pixels of the window. */
export type Place = readonly [x: number, y: number];

/** Keys that are held while another is pressed, as `Chromium.press` and `drag` take them; added up for several. */
export const HELD = { alt: 1, control: 2, shift: 8 } as const;

/** @param deltaY CSS pixels; negative: away from the person, which zooms in */
export async function wheel(browser: Chromium, [x, y]: Place, deltaY: number): Promise<void> {
  await browser.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY });
}

/** Does something while the space bar is down. */
export async function withSpace(browser: Chromium, work: () => Promise<void>): Promise<void> {
  const space = { key: ' ', code: 'Space', windowsVirtualKeyCode: 32 };
  await browser.send('Input.dispatchKeyEvent', { type: 'keyDown', text: ' ', ...space });
  await work();
  await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...space });
}

/** Where each finger is, in the order of the fingers; none: all are lifted. */
export async function touch(
  browser: Chromium,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  fingers: readonly Place[] = [],
): Promise<void> {
  await browser.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) });
}
