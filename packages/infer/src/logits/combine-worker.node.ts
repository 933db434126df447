/** The entry of a thread that combines kept answers: one slide and some predictions of it at a time. */
import { parentPort } from 'node:worker_threads';
import { FtuError, type FtuErrorCode } from '@ftuseg/core';
import { type ScoredCombination, type SlideJob, scoreSlide } from './score-slide.node.js';

/** An error class does not survive the way between threads. */
export type CombineReply =
  | { readonly kind: 'scored'; readonly scored: readonly ScoredCombination[] }
  | {
      readonly kind: 'failed';
      readonly code: FtuErrorCode;
      readonly problem: string;
      readonly subject: string | undefined;
      readonly hint: string | undefined;
    };

const reply = (message: CombineReply): void => parentPort?.postMessage(message);

parentPort?.on('message', async (job: SlideJob) => {
  try {
    reply({ kind: 'scored', scored: await scoreSlide(job) });
  } catch (error) {
    if (error instanceof FtuError) {
      const { code, problem, subject, hint } = error;
      reply({ kind: 'failed', code, problem, subject, hint });
    } else {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      reply({ kind: 'failed', code: 'unavailable', problem, subject: job.row.id, hint: undefined });
    }
  }
});
