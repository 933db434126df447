/** The `ftu` program: runs one command line and ends with the exit code that shells expect. */
import process from 'node:process';
import { describeUnexpected, runFtu } from './program.js';
import { standardStreams } from './stop/standard-streams.js';
import { watchErrors, watchSignals } from './stop/watch-signals.js';

const streams = standardStreams();
const stop = watchSignals();
watchErrors(describeUnexpected);

const code = await runFtu(process.argv.slice(2), { signal: stop.signal, ...streams });
const unprinted = await streams.settled();
if (unprinted !== undefined) streams.stderr(`ftu: ${unprinted}.\n`);
stop.end(unprinted !== undefined && code === 0 ? 1 : code);
