/** What the weights that a training starts from were trained on: the networks of the training were, too. */
import { parseTrainConfig, startSlides } from '@ftuseg/train';
import type { RunContext } from '../../../step-kind/step-kind.js';
import { realPathOf } from '../../shared/real-path.js';
import { startOf } from '../config-of.js';
import type { TrainedFold } from '../output.js';
import type { TrainStep } from '../schema.js';
import { weightsOf } from './weights.js';

/** Slides of a recipe's tables that have an id, for weights whose run is not beside them. */
async function listedAs(id: string, { checked }: Pick<RunContext, 'checked'>): Promise<string[]> {
  const images = [...checked.slides.values()].flat().flatMap((row) => (row.id === id ? [row.image] : []));
  return [...new Set(await Promise.all(images.map(realPathOf)))];
}

/** @returns slides of another step's training, or of the run or file that `encoderWeights` names */
export async function trainedBefore(step: TrainStep, context: RunContext): Promise<TrainedFold['trainedOn']> {
  const start = startOf(step, context);
  if (start !== undefined) return start.trainedOn;
  const weights = await weightsOf(step.settings.encoderWeights, context.checked);
  const given = typeof weights === 'string' ? { encoderWeights: weights } : {};
  const config = parseTrainConfig({ ...step.settings, ...given, data: '.', out: '.' });
  const slides = await startSlides(config.encoderWeights, config.encoder);
  const found = slides.map(async ({ id, image }) => {
    const images = image === undefined ? await listedAs(id, context) : [image];
    return images.map((path) => ({ id, image: path, role: 'official' as const }));
  });
  return (await Promise.all(found)).flat();
}
