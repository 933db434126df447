/** What `ftu predict --estimate-scale` says of slides without a scale, and what it does with it. */
import { counted, FtuError } from '@ftuseg/core';
import {
  describeScaleEstimate,
  type EstimatedScale,
  estimateScales,
  type PredictSettings,
  type ScaledRow,
  scaleDigits,
  type WeightedModel,
} from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { CommandContext } from '../../../parser/command.js';

/** Say what is estimated and stop, or go on with it. */
export const estimateChoices = ['ask', 'accept'] as const;

/** Of slides of which each was told of. */
const noneOf = ({ length }: { readonly length: number }): FtuError =>
  new FtuError('bad-input', `of ${counted(length, 'slide')} without a scale none is estimated`, {
    subject: '--estimate-scale',
    hint: 'give the scales in column "mpp" of the slide table or with --microns-per-pixel',
  });

/** What to type once a person has looked at the estimates. */
function nextStep(estimates: readonly EstimatedScale[]): string {
  const [only] = estimates;
  const together =
    estimates.length === 1 && only !== undefined
      ? `--microns-per-pixel ${scaleDigits(only.micronsPerPixel)} in place of --estimate-scale ask`
      : 'these numbers in column "mpp" of the slide table, or with --estimate-scale accept';
  return `nothing was predicted: compare this with a glomerulus on the slide, then run the same command with ${together}`;
}

/**
 * Estimates the scales that are missing, and prints each as soon as it is there. A slide without an estimate is told of, and fails by itself where it is
 * predicted. Results tell an estimate from a scale that was stated.
 * @returns the rows with these scales to go on with; undefined where a person is asked first, which also makes the exit code 3
 * @throws {FtuError} `bad-input` where every slide states its scale, and where a person is to be asked and there is nothing to ask; as `estimateScales`
 */
export async function rowsWithScales(
  choice: (typeof estimateChoices)[number],
  {
    rows,
    models,
    settings,
  }: { rows: readonly SlideRow[]; models: readonly WeightedModel[]; settings: PredictSettings },
  context: Pick<CommandContext, 'print' | 'warn' | 'progress' | 'signal'>,
): Promise<{ readonly rows: readonly ScaledRow[] | undefined; readonly estimates: readonly EstimatedScale[] }> {
  const { signal, progress } = context;
  const { estimates, failures } = await estimateScales(rows, models, {
    settings,
    signal,
    onProgress: progress,
    onEstimate: (estimate) => context.print(`${estimate.id}: ${describeScaleEstimate(estimate)}`),
    onFailure: ({ id, error }) => context.warn(`${id}: no scale is estimated: ${error.message}`),
  });
  if (estimates.length === 0 && failures.length === 0) {
    throw new FtuError('bad-input', 'every slide has a scale, so that there is nothing to estimate', {
      subject: '--estimate-scale',
      hint: 'leave it out',
    });
  }
  if (choice === 'ask') {
    if (estimates.length === 0) throw noneOf(failures);
    context.warn(nextStep(estimates));
    return { rows: undefined, estimates };
  }
  const known = new Map(estimates.map(({ id, ...estimate }) => [id, estimate]));
  const scaled = rows.map((row): ScaledRow => {
    const scaleEstimate = known.get(row.id);
    if (scaleEstimate === undefined) return row;
    return { ...row, micronsPerPixel: scaleDigits(scaleEstimate.micronsPerPixel), scaleEstimate };
  });
  return { rows: scaled, estimates };
}
