/** One line that is rewritten on a terminal; in a log file, a line now and then instead of thousands. */
import { visibleLine } from '@ftuseg/core';

export interface ProgressLine {
  update(text: string): void;
  /** Wipes the line so that ordinary output starts on a clean one. */
  clear(): void;
}

const secondsBetweenLogLines = 15;

export function createProgressLine(write: (text: string) => void, isTerminal: boolean): ProgressLine {
  let shown = false;
  let lastLogged = Date.now();
  return {
    update: (given) => {
      const text = visibleLine(given);
      if (isTerminal) {
        write(`\r\x1b[2K${text}`);
        shown = true;
        return;
      }
      const now = Date.now();
      if (now - lastLogged < secondsBetweenLogLines * 1000) return;
      lastLogged = now;
      write(`${text}\n`);
    },
    clear: () => {
      if (shown) write('\r\x1b[2K');
      shown = false;
    },
  };
}
