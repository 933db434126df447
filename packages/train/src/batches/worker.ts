/**
 * The entry of a loading thread: it renders the batches it is told to into shared memory and says when each is ready.
 * It holds no state but the job and the places of hard negatives, so that it does not matter which worker renders which batch.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { renderBatch, withHardPlaces } from './batch.js';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './loader.js';
import { receiveJob } from './shared-job.js';

const setup = workerData as WorkerSetup;
let job = receiveJob(setup.job);

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'places') {
    job = withHardPlaces(job, request.places);
    return;
  }
  const { slot, index } = request;
  const memory = setup.ring[slot];
  if (memory === undefined) throw new RangeError(`no slot ${slot}`);
  renderBatch(job, index, memory);
  parentPort?.postMessage({ slot } satisfies WorkerReply);
});
