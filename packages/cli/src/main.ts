/**
 * The `ftu` program: runs one command line and ends with the exit code that shells expect. It listens to signals before it loads the rest,
 * which takes a moment.
 */
import process from 'node:process';
import { standardStreams } from './stop/standard-streams.js';
import { watchSignals } from './stop/watch-signals.js';

const streams = standardStreams();
const stop = watchSignals();
const { ioError, isWritingWhole, removePending } = await import('@ftuseg/files').catch(cannotStart);
stop.watchFiles({ isWritingWhole, removePending });
const { describeUnexpected } = await import('./output/errors.js').catch(cannotStart);
const { runFtu } = await import('./program.js').catch(cannotStart);
stop.watchErrors((error) => `ftu: ${describeUnexpected(error)}\n`);

const code = await runFtu(process.argv.slice(2), { signal: stop.signal, ...streams });
const unprinted = await streams.settled();
if (unprinted !== undefined) streams.stderr(`ftu: ${ioError(unprinted, 'standard output', 'be written').message}.\n`);
stop.end(unprinted !== undefined && code === 0 ? 1 : code);

/** Node opens the files of a program all at once, some two hundred. */
function cannotStart(cause: unknown): never {
  const tooFew = cause instanceof Error && 'code' in cause && cause.code === 'EMFILE';
  if (!tooFew) throw cause;
  process.stderr.write('ftu: cannot start: too few files may be open at a time; raise the limit (ulimit -n 1024).\n');
  process.exit(1);
}
