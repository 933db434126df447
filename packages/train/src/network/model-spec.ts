/** From the settings of a training to the network that they describe. */
import type { ModelSpec } from '@ftuseg/nn';
import type { TrainConfig } from '../config/config.js';

/** The network that a configuration asks for. */
export function modelSpec(config: TrainConfig, classes: number): ModelSpec {
  const { decoder, encoder, layout, attention, hypercolumns, deepSupervision, task } = config;
  const tileClassifier = config.tileClassifier || task === 'classify';
  return { decoder, encoder, layout, classes, attention, hypercolumns, deepSupervision, tileClassifier };
}
