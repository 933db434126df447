/** The recipe that is disturbed, by units, by whole runs and by clusters: folds of a small network on small slides, and what follows from them. */
import { stringify } from 'yaml';

const STAGE = {
  decoder: 'linknet',
  encoder: 'tu-test_efficientnet',
  encoderWeights: 'none',
  foldCount: 3,
  folds: '0,1',
};

/**
 * @param slides entries of the recipe's `slides`; the first is trained on
 * @param settings over those of the training
 * @param steps after the training `stage`
 */
export function smallRecipe({ slides, settings = {}, steps = {} }) {
  const [first] = Object.keys(slides);
  const training = { ...STAGE, batchSize: 2, epochs: 1, samplesPerEpoch: 8, workers: 0, ...settings };
  return stringify({
    name: 'small',
    seed: 5,
    slides,
    steps: {
      data: { do: 'prepare', slides: first, micronsPerPixel: 8, tile: 64 },
      stage: { do: 'train', data: 'data', settings: training },
      ...steps,
    },
  });
}

/** Four slides of `ftu synth --count 4 --seed SEED`: three to train on, and two to predict, of which one was not trained on. */
export const fourSlides = (seed) => ({
  official: { table: 'slides', where: `id!=synth-${seed}-04` },
  test: { table: 'slides', where: `id=synth-${seed}-03|synth-${seed}-04` },
});
