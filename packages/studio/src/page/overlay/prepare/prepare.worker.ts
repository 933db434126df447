/** The worker that prepares chunks: simplifying and winding never hold up the page. */
import { readChunk } from '../../../outlines/outline-chunk.js';
import { prepareChunk } from './prepare-chunk.js';
import type { PrepareAnswer, PrepareJob } from './preparer.js';

self.onmessage = ({ data }: MessageEvent<PrepareJob>): void => {
  const answer = (reply: PrepareAnswer, transfer: Transferable[]): void => self.postMessage(reply, { transfer });
  try {
    const prepared = prepareChunk(readChunk(data.buffer), data.classOf, data.tolerance);
    answer({ job: data.job, prepared }, [prepared.vertices, prepared.triangles.buffer, prepared.ranges.buffer]);
  } catch (error) {
    answer({ job: data.job, problem: error instanceof Error ? error.message : String(error) }, []);
  }
};
