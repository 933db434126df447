/** `ftu worker` with another program for its units: the argument is JSON with `queue`, `slots` and `program`. */
import { readQueueAddress, serveQueue } from '@ftuseg/experiment';
import { version } from '../../packages/cli/dist/version.js';

const { queue, slots, program } = JSON.parse(process.argv[2] ?? '{}');
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
await serveQueue({
  address: readQueueAddress(queue),
  root: undefined,
  slots,
  program,
  version,
  signal: stop.signal,
  note: console.error,
  progress: () => undefined,
}).catch((error) => console.error(error.message));
