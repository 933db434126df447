/**
 * The `ftu` program: runs one command line and ends with the exit code that shells expect. It listens to signals before it loads the rest,
 * which takes a moment.
 */
import { openSync } from 'node:fs';
import process from 'node:process';
import { standardStreams } from './stop/standard-streams.js';
import { watchSignals } from './stop/watch-signals.js';

const FILES_AT_ONCE = 200;

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

/**
 * Node opens the files of a program all at once, some two hundred. Where it may not, it says so, or that a module does not exist (it
 * could not look into the package's description), so the limit itself is tried. `bin/ftu.js` says what the code means.
 */
function cannotStart(cause: unknown): never {
  if (mayOpen(FILES_AT_ONCE)) throw cause;
  throw Object.assign(new Error('too few files may be open', { cause }), { code: 'EMFILE' });
}

/** Whether so many more files can be open; they stay open, as this is called before the process ends only. */
function mayOpen(files: number): boolean {
  try {
    for (let open = 0; open < files; open++) openSync(process.execPath, 'r');
    return true;
  } catch {
    return false;
  }
}
