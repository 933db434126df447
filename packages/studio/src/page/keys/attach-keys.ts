/** Joins a `KeyListener` to the window, so that its logic can be tested without one. */
import type { KeyListener } from './key-listener.js';

/** @returns a function that ends it */
export function attachKeys(listener: KeyListener): () => void {
  const down = (event: KeyboardEvent): void => listener.down(event);
  const up = (event: KeyboardEvent): void => listener.up(event);
  const blur = (): void => listener.blur();
  window.addEventListener('keydown', down);
  window.addEventListener('keyup', up);
  window.addEventListener('blur', blur);
  return () => {
    window.removeEventListener('keydown', down);
    window.removeEventListener('keyup', up);
    window.removeEventListener('blur', blur);
    blur();
  };
}
