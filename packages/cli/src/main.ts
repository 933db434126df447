/** The `ftu` program: runs one command line and ends with the exit code that shells expect. */
import process from 'node:process';
import { runFtu } from './program.js';

const abort = new AbortController();
process.on('SIGINT', () => {
  // The second Ctrl-C means it: whatever is unfinished lies beside its final name and is harmless.
  if (abort.signal.aborted) process.exit(130);
  abort.abort();
});
process.on('SIGTERM', () => abort.abort());
// A reader that goes away (`ftu evaluate ... | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runFtu(process.argv.slice(2), { signal: abort.signal });
