import { describe, expect, it } from 'vitest';
import { createProgressLine } from './progress.js';

/** A line whose clock stands still until it is moved. */
function lineOn(terminal: { readonly isTerminal: boolean; readonly columns: number }) {
  let time = 1000;
  let written = '';
  const line = createProgressLine(
    (text) => {
      written += text;
    },
    terminal,
    () => time,
  );
  return {
    line,
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
    written: () => written,
  };
}

describe('progress', () => {
  it('rewrites one line of a terminal, cut to its width, and wipes it', () => {
    const { line, wait, written } = lineOn({ isTerminal: true, columns: 12 });
    line.update('first');
    line.update('too soon');
    wait(100);
    line.update('a line that is too long');
    line.clear();
    line.clear();
    expect(written()).toBe('\r\u001b[2Kfirst\r\u001b[2Ka line t...\r\u001b[2K');
  });

  it('is a whole line of a log file every quarter of a minute', () => {
    const { line, wait, written } = lineOn({ isTerminal: false, columns: 12 });
    for (let second = 0; second < 40; second++) {
      line.update(`${second} s of work done`);
      wait(1000);
    }
    line.clear();
    expect(written()).toBe('15 s of work done\n30 s of work done\n');
  });
});
