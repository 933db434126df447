/** How long a job will take, asked of `ftu` itself: `--dry-run` knows what this machine took before. */
import { z } from 'zod';
import type { JobRequest } from '../../jobs/job.js';
import { PREDICTING, PREPARING, PREPARING_MORE, type StepShares, TRAINING } from '../../jobs/progress.js';
import { askFtu } from './run-ftu.js';

const runSchema = z.object({ steps: z.array(z.object({ name: z.string(), seconds: z.number().optional() })) });
const predictSchema = z.object({ estimates: z.array(z.object({ seconds: z.number().optional() })) });

export interface Estimate {
  /** Undefined: no telling. */
  readonly seconds: number | undefined;
  readonly steps: StepShares;
}

/** Shares of a training whose steps nobody has measured. */
const USUAL: Readonly<Record<string, number>> = {
  [PREPARING]: 5,
  [PREPARING_MORE]: 5,
  [TRAINING]: 75,
  [PREDICTING]: 20,
};

function sharesOf(steps: readonly { readonly name: string; readonly weight: number }[]): StepShares {
  const sum = steps.reduce((all, { weight }) => all + weight, 0);
  return steps.map(({ name, weight }) => ({ name, share: sum > 0 ? weight / sum : 1 / steps.length }));
}

/** What is believed where nobody has asked. */
export const usualShares = (names: readonly string[]): StepShares =>
  sharesOf(names.map((name) => ({ name, weight: USUAL[name] ?? 1 })));

/**
 * @param command of the job, in its folder
 * @throws {FtuError} `bad-input` with the sentence that `ftu` refuses the job with
 */
export async function estimateJob(
  program: readonly string[],
  {
    request,
    command,
    names,
  }: { readonly request: JobRequest; readonly command: readonly string[]; readonly names: readonly string[] },
  folder: string,
  signal: AbortSignal,
): Promise<Estimate> {
  const answer = await askFtu(program, [...command, '--dry-run'], folder, signal);
  if (request.kind === 'predict') {
    const estimates = predictSchema.safeParse(answer).data?.estimates ?? [];
    const known = estimates.flatMap(({ seconds }) => seconds ?? []);
    const seconds = known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
    return { seconds, steps: usualShares(names) };
  }
  const steps = runSchema.safeParse(answer).data?.steps ?? [];
  const times = names.map((name) => ({ name, seconds: steps.find((step) => step.name === name)?.seconds }));
  if (times.some(({ seconds }) => seconds === undefined)) return { seconds: undefined, steps: usualShares(names) };
  const weighed = times.map(({ name, seconds = 0 }) => ({ name, weight: seconds }));
  return { seconds: weighed.reduce((sum, { weight }) => sum + weight, 0), steps: sharesOf(weighed) };
}
