/** What the demo runs, as recipes: two stages on made slides in a few minutes, or one long training on real ones with a hospital held out. */
import { basename } from 'node:path';
import type { RecipeInput } from '@ftuseg/experiment';

/** Three slides to train on, one without labels for the second stage, one to test on. */
export function syntheticRecipe(table: string, ids: readonly string[]): RecipeInput {
  const [unlabelled = '', test = ''] = ids.slice(-2);
  const settings = {
    // Of a Unet, four fifths of the work are its decoder: in the same minutes a Linknet sees more images, and learns more from each here.
    decoder: 'linknet',
    encoder: 'tu-tf_efficientnet_lite0',
    // Made slides are easy enough, and the demo needs no network.
    encoderWeights: 'none',
    foldCount: 3,
    folds: '0,1',
    batchSize: 8,
    samplesPerEpoch: 360,
    ema: 0.98,
    // Random weights have far to go, and slides of one scanner differ in stain more than in scale.
    optimiser: { learningRate: 0.003 },
    // All slides are of one stain and the training is short: the strong preset would cost more than it gives.
    augment: { preset: 'standard', zoom: 1.1, rotationChance: 0, stainScale: 0.25 },
    validation: { every: 4 },
  };
  return {
    name: 'demo',
    seed: 7,
    slides: {
      official: { table, where: `id!=${unlabelled}|${test}` },
      unlabelled: { table, where: `id=${unlabelled}`, labels: false },
      test: { table, where: `id=${test}` },
      all: { table, labels: false },
    },
    steps: {
      data: { do: 'prepare', slides: 'official', micronsPerPixel: 6, tile: 128 },
      // It only labels, so that most of the time is the second's.
      'stage-1': { do: 'train', data: 'data', settings: { ...settings, epochs: 8 } },
      pseudo: {
        do: 'pseudo-label',
        models: 'stage-1',
        slides: 'unlabelled',
        like: 'data',
        labels: 'soft',
        uncertain: [0.3, 0.7],
      },
      'stage-2': {
        do: 'train',
        data: 'data',
        // A label that a network drew says less than one that is true.
        sources: { pseudo: { data: 'pseudo', weight: 0.5 } },
        settings: { ...settings, epochs: 16 },
      },
      // For `ftu studio`, where every slide has something to look at; first, so that corrections begin from it.
      'all-slides': { do: 'predict', models: 'stage-2', slides: 'all' },
      predictions: { do: 'predict', models: 'stage-2', slides: 'test', settings: { views: 'd4' } },
      scores: { do: 'evaluate', predictions: 'predictions' },
      pieces: { do: 'ablate', stages: { 'stage 1': 'stage-1', 'stage 2': 'stage-2' }, slides: 'test' },
      report: {
        do: 'report',
        title: 'Networks trained on a few kidneys, tested on another',
        summary:
          'Five synthetic PAS slides with exact truth. Small Linknets were trained on three of them, from random weights. Their predictions of the fourth are pseudo-labels for a second stage. The scores and pictures below are of the fifth, on which none of them was trained.',
        cautions: [
          'The slides are synthetic: the score shows that every part works, not how well real kidneys are segmented.',
        ],
      },
    },
  };
}

/**
 * Real regions: everything that is not tested on trains.
 * @param encoderWeights as `ftu train` takes them; `none` is a random start, and the report says so
 */
export function realRecipe(table: string, trainOn: string, testOn: string, encoderWeights: string): RecipeInput {
  const start =
    encoderWeights === 'none'
      ? 'The encoder started at random: no weights were given.'
      : `The encoder started from ${encoderWeights === 'imagenet' ? 'its published ImageNet weights' : basename(encoderWeights)}.`;
  return {
    name: 'demo',
    seed: 1,
    slides: { official: { table, where: trainOn }, test: { table, where: testOn } },
    steps: {
      data: { do: 'prepare', slides: 'official', micronsPerPixel: 2.7, tile: 256 },
      network: {
        do: 'train',
        data: 'data',
        settings: {
          split: 'none',
          encoder: 'tu-tf_efficientnet_lite0',
          encoderWeights,
          batchSize: 8,
          epochs: 24,
          samplesPerEpoch: 400,
          ema: 0.995,
          // Learned features are worth keeping where the slides are few and the test comes from elsewhere.
          optimiser: { encoderFactor: 0.3 },
          // Every centre, and so every stain, is seen equally often.
          sampling: { balanceBy: /^[^=!]+/.exec(testOn)?.[0] ?? 'centre' },
          // The scale of these regions is an estimate, and another hospital's stain is anyone's guess.
          augment: { preset: 'standard', zoom: 1.4, stainScale: 0.3, saturation: 0.4 },
        },
      },
      predictions: { do: 'predict', models: 'network', slides: 'test', settings: { views: 'd4' } },
      scores: { do: 'evaluate', predictions: 'predictions' },
      report: {
        do: 'report',
        title: 'Glomeruli in slides of a held-out hospital',
        summary: `Trained on the rows with ${trainOn} of ${table}, tested on ${testOn}. ${start} Nothing was chosen on the test slides.`,
        cautions: [
          'One network from one seed: the interval tells slides drawn by chance, not trainings.',
          'Annotators miss glomeruli too: some false positives may be glomeruli. Look at the pictures.',
        ],
      },
    },
  };
}
