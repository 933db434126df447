/**
 * Standard output and standard error whose reader may go away, or whose disk may be full. Work goes on without them: hours of training are
 * worth more than a line that nobody reads.
 */
import process from 'node:process';

export interface StandardStreams {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Letters across, where standard output is a terminal. */
  readonly columns: number | undefined;
  /**
   * Waits for what was written.
   * @returns why results could not be printed; undefined when they were, or when their reader has gone (`ftu info scan.svs | head -1`)
   */
  settled(): Promise<Error | undefined>;
}

function writerOf(stream: NodeJS.WriteStream): {
  write(text: string): void;
  failure(): NodeJS.ErrnoException | undefined;
} {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  return {
    write: (text) => {
      if (failure === undefined) stream.write(text);
    },
    failure: () => failure,
  };
}

/** To be called once: from then on no error of the two streams ends the process. */
export function standardStreams(): StandardStreams {
  const out = writerOf(process.stdout);
  const error = writerOf(process.stderr);
  return {
    stdout: out.write,
    stderr: error.write,
    isTerminal: process.stderr.isTTY === true,
    columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
    settled: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const failure = out.failure();
      return failure?.code === 'EPIPE' ? undefined : failure;
    },
  };
}
