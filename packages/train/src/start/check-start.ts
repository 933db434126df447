/** Whether a training has the weights that its encoder starts from, asked before anything costly. */
import { createModel } from '@ftuseg/nn';
import type { TrainConfig } from '../config/config.js';
import { modelSpec } from '../network/model-spec.js';
import { encoderStart, type StartOptions } from './start.js';

/**
 * Fetches the weights that a training starts from, if they are not in the cache, and checks that they are those of its encoder.
 *
 * @param config of the training; its data are not looked at
 * @throws FtuError for a file that is missing, unreadable or of another encoder; 'unavailable' without a network, with the file to bring
 * and the place for it
 * @example
 * await checkStart(parseTrainConfig({ data: 'data', out: 'run', encoder: 'resnet18' }));
 */
export async function checkStart(config: TrainConfig, options: StartOptions = {}): Promise<void> {
  await encoderStart(createModel(modelSpec(config, 1)), config.encoderWeights, options);
}
