/** Whether a worker can do a run: it has the same code, and sees the run's folder. */
import { resolve } from 'node:path';
import { isInside } from '../../../records/relative-paths.js';
import { readQueueFile } from '../queue-file.js';
import type { QueuedRun } from '../registry.js';

export interface WorkerIdentity {
  readonly host: string;
  readonly version: string;
  readonly code: string;
  /** Absolute; undefined: each run's own root, under the name that it has on the run's host. */
  readonly root: string | undefined;
}

/** Where a run is on this host, or why it is not done here, in a sentence without a stop. */
export type RunPlace = { readonly run: QueuedRun; readonly out: string } | { readonly refusal: string };

export async function placeOfRun(
  token: string,
  run: QueuedRun | undefined,
  { host, version, code, root }: WorkerIdentity,
): Promise<RunPlace> {
  const own = `ftuseg ${version} with code ${code}`;
  if (run === undefined) {
    return {
      refusal: `a run was queued by a version of ftuseg that ${own} on ${host} does not understand; install the same everywhere`,
    };
  }
  if (run.code !== code || run.version !== version) {
    return {
      refusal: `the run ${run.run} is of ftuseg ${run.version} with code ${run.code}, and this worker on ${host} is ${own}, whose results may be others; install the same everywhere`,
    };
  }
  const here = root ?? run.root;
  const out = resolve(here, run.run);
  const file = isInside(here, out) ? await readQueueFile(out) : undefined;
  if (file?.token === token) return { run, out };
  const what = file === undefined ? 'is not there' : 'is another run';
  const mounted = `its root is ${run.root} on ${run.host}; mount that on ${host} and name it by --root`;
  return { refusal: `the run ${run.run} ${what} below the root ${here} of this worker on ${host}; ${mounted}` };
}
