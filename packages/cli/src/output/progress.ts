/** One line that is rewritten on a terminal; in a log file, a line now and then instead of thousands. */
import { visibleLine } from '@ftuseg/core';

export interface ProgressLine {
  update(text: string): void;
  /** Wipes the line so that ordinary output starts on a clean one. */
  clear(): void;
}

export interface Terminal {
  readonly isTerminal: boolean;
  /** Letters across; a longer line would be wrapped, and could not be wiped. */
  readonly columns: number;
}

const SECONDS_BETWEEN_LOG_LINES = 15;
const SECONDS_BETWEEN_REWRITES = 0.05;
const WIPE = '\r\x1b[2K';

export function createProgressLine(
  write: (text: string) => void,
  { isTerminal, columns }: Terminal,
  now: () => number = Date.now,
): ProgressLine {
  let shown = false;
  let last = isTerminal ? 0 : now();
  const pause = 1000 * (isTerminal ? SECONDS_BETWEEN_REWRITES : SECONDS_BETWEEN_LOG_LINES);
  return {
    update: (given) => {
      if (now() - last < pause) return;
      last = now();
      const text = visibleLine(given);
      if (!isTerminal) {
        write(`${text}\n`);
        return;
      }
      write(`${WIPE}${text.length < columns ? text : `${text.slice(0, Math.max(1, columns - 4))}...`}`);
      shown = true;
    },
    clear: () => {
      if (shown) write(WIPE);
      shown = false;
    },
  };
}
