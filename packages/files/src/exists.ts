/** Asked wherever a file decides what is done. */
import { stat } from 'node:fs/promises';

/**
 * Whether there is anything under a name; also false where the system does not let this process look.
 * @example
 * await exists('run/config.yaml'); // true
 */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
