/** Whether a training has the weights that its encoder starts from, asked before anything costly. */
import { createModel } from '@ftuseg/nn';
import type { TrainConfig } from '../config/config.js';
import { modelSpec } from '../network/model-spec.js';
import { encoderStart, type StartOptions } from './start.js';

/**
 * Fetches the weights that a training starts from, if they are not in the cache, and checks that they are those of its encoder.
 *
 * @param config of the training; its data are not looked at
 * @param options with `classes`, those of the data: what starts as a whole (`start: network`) is checked as a whole
 * @throws FtuError for a file that is missing, unreadable or of another encoder, or of another network where all of it is the start;
 * 'unavailable' without a network, with the file to bring and the place for it
 * @example
 * await checkStart(parseTrainConfig({ data: 'data', out: 'run', encoder: 'resnet18' }));
 */
export async function checkStart(config: TrainConfig, options: Omit<StartOptions, 'whole'> = {}): Promise<void> {
  const { classes } = options;
  const whole = config.start === 'network' && classes !== undefined;
  const model = createModel(modelSpec(config, classes?.length ?? 1));
  await encoderStart(model, config.encoderWeights, { ...options, whole });
}
