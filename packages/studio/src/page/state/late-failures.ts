/** A request that failed for a silent server may say so when the server is back already: then nothing would take its sentence away. */
import { effect, type ReadonlySignal } from '@preact/signals';
import type { Messages } from './messages.js';

/**
 * Asks once more where a failure came in late, and has it tried again.
 *
 * @param ask resolves if the server answers
 * @returns what ends it
 */
export function retryLateFailures(
  reached: ReadonlySignal<boolean>,
  messages: Messages,
  ask: () => Promise<unknown>,
): () => void {
  return effect(() => {
    if (!reached.value || !messages.list.value.some(({ isSilence }) => isSilence)) return;
    ask().then(
      () => messages.answered(),
      // Then the server is gone again, and the connection waits for it.
      () => undefined,
    );
  });
}
