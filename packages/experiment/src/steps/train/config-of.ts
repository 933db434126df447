/** What a train step gives to `ftu train`, once the steps that it builds on are done. */
import { publishedWeights } from '@ftuseg/nn';
import { parseTrainConfig, startFile, startWords, type TrainConfigInput } from '@ftuseg/train';
import { fileDigest } from '../../records/digest.js';
import { outputOf } from '../../step-kind/outputs.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { dataOutputSchema } from '../prepare/output.js';
import { type TrainedFold, trainOutputSchema } from './output.js';
import { sourcesOf } from './roles.js';
import type { TrainStep } from './schema.js';
import { weightsOf } from './start/weights.js';

/** The run, in the folder of its step. */
export const RUN_FOLDER = 'run';

const dataOf = (context: RunContext, name: string): string => outputOf(context, name, dataOutputSchema).data;

/** What a training's start depends on besides its settings: the bytes of a file, or which weights `imagenet` means. */
async function startInputs(step: TrainStep, { checked }: Pick<RunContext, 'checked'>): Promise<unknown> {
  if (step.encoderFrom !== undefined) return null;
  const weights = await weightsOf(step.settings.encoderWeights, checked);
  const given = typeof weights === 'string' ? { encoderWeights: weights } : {};
  const { encoder, encoderWeights } = parseTrainConfig({ ...step.settings, ...given, data: '.', out: '.' });
  if (encoderWeights === 'imagenet') return publishedWeights(encoder);
  if (startWords.some((word) => word === encoderWeights)) return null;
  const file = await startFile(encoderWeights, encoder);
  return file === undefined || file.hub !== undefined ? null : fileDigest(file.path);
}

/** What a training depends on beside its settings and the steps before it. */
export const trainInputs = async (step: TrainStep, context: Pick<RunContext, 'checked'>): Promise<unknown> => [
  context.checked.file.recipe.seed ?? null,
  await startInputs(step, context),
];

/** The training whose encoder is the start. */
export const startOf = (step: TrainStep, context: RunContext): TrainedFold | undefined =>
  step.encoderFrom === undefined ? undefined : outputOf(context, step.encoderFrom, trainOutputSchema).folds[0];

/** All settings of the run. */
export async function configOf(step: TrainStep, context: RunContext, out: string): Promise<TrainConfigInput> {
  const { recipe } = context.checked.file;
  const start = startOf(step, context);
  const weights = start?.folder ?? (await weightsOf(step.settings.encoderWeights, context.checked));
  return {
    ...(recipe.seed === undefined ? {} : { seed: recipe.seed }),
    ...(context.threads === undefined ? {} : { threads: context.threads }),
    ...step.settings,
    ...(typeof weights === 'string' ? { encoderWeights: weights } : {}),
    ...sourcesOf(recipe, step, (name) => dataOf(context, name)),
    data: dataOf(context, step.data),
    out,
  };
}
