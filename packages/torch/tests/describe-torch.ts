/**
 * Groups tests that need the native bridge, and skips them with the reason where it is not built.
 */
import { describe } from 'vitest';
import { torchAvailable } from '../src/index.js';

export const available = torchAvailable();

export function describeTorch(title: string, body: () => void): void {
  describe.skipIf(!available)(available ? title : `${title} (skipped: the libtorch bridge is not built)`, body);
}
