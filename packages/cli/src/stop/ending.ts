/**
 * How the process ends while its threads compute: natively, where native/stop.c is built. Node's own `process.exit` waits for them, or
 * aborts inside them.
 */
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { stopSignals } from './exit-code.js';

export interface Ending {
  /** Ends the process so many milliseconds after the first and the second signal, whatever it does; after the listeners are in place. */
  guard(first: number, second: number): void;
  /** Moves that end to so many milliseconds from now. */
  extend(milliseconds: number): void;
  /** Ends the process at once; nothing that was begun goes on. */
  leave(code: number): never;
}

/** Without native code, a death by the signal itself is the one end that waits for nobody; shells report the same code. */
const plain: Ending = {
  guard: () => undefined,
  extend: () => undefined,
  leave: (code) => {
    const name = stopSignals.find((one) => constants.signals[one] === code - 128);
    if (name !== undefined && process.platform !== 'win32') {
      process.removeAllListeners(name);
      process.kill(process.pid, name);
    }
    process.exit(code);
  },
};

function load(): Ending {
  // Set to test the other way.
  if (process.env.FTUSEG_CLI_NATIVE === '0') return plain;
  // What was built here comes before what the package brings; signals are listened to before any other package is loaded.
  for (const folder of ['build/Release', `prebuilds/${process.platform}-${process.arch}`]) {
    try {
      return createRequire(import.meta.url)(
        fileURLToPath(new URL(`../../${folder}/ftuseg_stop.node`, import.meta.url)),
      );
    } catch {
      // Not built, or for another system's libraries.
    }
  }
  return plain;
}

export const ending = load();
