/** A model that has everything that a plan looks at, and cannot predict: plans are made before anything is trained. */
import type { SegmentationModel } from '@ftuseg/infer';
import { modelCardFormat } from '@ftuseg/nn';
import { parseClasses } from '@ftuseg/slide';
import type { Training } from '../../train/training.js';

/** Tiles per call on an accelerator, as `createNodeSession` has them. */
const ACCELERATOR_BATCH = 8;

export function plannedModel({ name, data, network }: Training, device: string): SegmentationModel {
  const { spec, tile } = network;
  return {
    card: {
      format: modelCardFormat,
      name,
      decoder: spec.decoder,
      encoder: spec.encoder,
      classes: [...parseClasses(data.classes).names],
      tileSize: tile,
      micronsPerPixel: data.micronsPerPixel ?? null,
      downsample: data.downsample ?? null,
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
      threshold: 0.5,
      training: {},
    },
    session: {
      bestBatch: device === 'cpu' ? 1 : ACCELERATOR_BATCH,
      run: () => Promise.reject(new RangeError('a planned model does not run')),
      close: () => Promise.resolve(),
    },
    source: { name },
    close: () => Promise.resolve(),
  };
}
