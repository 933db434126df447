/**
 * What is compared: each row is the settings of a training, laid over one base, or another way of predicting with the networks of a row.
 * Every row sees the same number of windows.
 */
import { trainPresets } from '@ftuseg/train';

/** What the preset says of network, loss and changes; encoder, batch, length and schedule are the benchmark's. */
function winnerOf({ attention, hypercolumns, deepSupervision, tileClassifier, sampling, loss, optimiser, augment }) {
  const { windows: _, ...drawn } = sampling;
  const { name: __, ...rates } = optimiser;
  return { attention, hypercolumns, deepSupervision, tileClassifier, sampling: drawn, loss, optimiser: rates, augment };
}

/** The base: what `ftu train` does by default, but for what the benchmark fixes. */
export function baseSettings({ weights, windows, column, heldOut }) {
  return {
    encoder: 'tu-tf_efficientnetv2_b0',
    encoderWeights: weights,
    train: `${column}!=${heldOut}`,
    split: 'none',
    batchSize: 8,
    epochs: 10,
    samplesPerEpoch: windows / 10,
    ema: 0.99,
    optimiser: { learningRate: 1e-3, encoderFactor: 0.3 },
    sampling: { balanceBy: 'centre' },
    checkpointMinutes: 1000,
  };
}

/** What `ftu predict` does by default with the networks of a row: nothing far smaller than the training objects. */
const byCard = (of, name) => ({
  id: `${of}-by-card`,
  name: `${name}, default of ftu predict`,
  of,
  predict: { minimumArea: undefined },
});

/** `train`: settings of a training over the base. `of`: networks of another row; `seeds`: those of several seeds as an ensemble; `statistics`: the share of the BatchNorm statistics that is measured on the hospital left out. `stain`: a stain normalisation of the images. `pictures`: the hospital's pictures without their labels train too. `drawn`: so do slides of `ftu synth`. `predict`: settings of the prediction. `python`: the loop in plain PyTorch. `starter`: no training, the model that comes with the program. */
export const rows = [
  { id: 'pytorch', name: 'plain PyTorch loop (the yardstick)', python: true },
  {
    id: 'pytorch-least-area',
    name: 'the yardstick, nothing below 2,000 µm²',
    of: 'pytorch',
    predict: { minimumArea: 2000 },
  },
  { id: 'starter', name: 'the starter model, trained on no hospital of these', starter: true },
  byCard('starter', 'the starter model'),
  { id: 'ours', name: 'standard augmentation', train: { augment: { preset: 'standard' } } },
  { id: 'strong', name: 'ftu train, strong augmentation (the default)', train: { augment: { preset: 'strong' } } },
  { id: 'views', name: 'strong augmentation, eight views', of: 'strong', predict: { views: 'd4' } },
  {
    id: 'scales',
    name: 'strong augmentation, at 0.8, 1 and 1.25 of the size',
    of: 'strong',
    predict: { scales: [0.8, 1, 1.25] },
  },
  {
    id: 'statistics-half',
    name: 'strong augmentation, half of the BatchNorm statistics from the hospital itself',
    of: 'strong',
    statistics: 0.5,
  },
  {
    id: 'statistics',
    name: 'strong augmentation, all BatchNorm statistics from the hospital itself',
    of: 'strong',
    statistics: 1,
  },
  // One result: all three trainings are in it.
  {
    id: 'ensemble',
    name: 'strong augmentation, three seeds together, default of ftu predict',
    of: 'strong',
    seeds: [1, 2, 3],
    predict: { minimumArea: undefined },
  },
  {
    id: 'ensemble-views',
    name: 'strong augmentation, three seeds together, eight views, default of ftu predict',
    of: 'strong',
    seeds: [1, 2, 3],
    predict: { minimumArea: undefined, views: 'd4' },
  },
  // A disc of 2,000 µm² has a diameter of 50 µm: less than any whole glomerulus has.
  {
    id: 'least-area',
    name: 'strong augmentation, nothing below 2,000 µm²',
    of: 'strong',
    predict: { minimumArea: 2000 },
  },
  // What `ftu predict` does by default: nothing far smaller than the training objects.
  {
    id: 'least-area-by-card',
    name: 'strong augmentation, default of ftu predict',
    of: 'strong',
    predict: { minimumArea: undefined },
  },
  {
    id: 'least-area-peak',
    name: 'strong augmentation, nothing below 2,000 µm² and only objects that are certain somewhere (0.8)',
    of: 'strong',
    predict: { minimumArea: 2000, peak: 0.8 },
  },
  // Pretraining on drawn slides: all of the starter model begins it, not its encoder alone.
  {
    id: 'from-starter',
    name: 'strong augmentation, from the starter model',
    train: { encoderWeights: 'starter', start: 'network', augment: { preset: 'strong' } },
  },
  byCard('from-starter', 'strong augmentation, from the starter model'),
  {
    id: 'from-starter-views',
    name: 'strong augmentation, from the starter model, eight views',
    of: 'from-starter',
    predict: { minimumArea: undefined, views: 'd4' },
  },
  // As two further hospitals, from which windows are drawn as often as from each real one.
  {
    id: 'drawn',
    name: 'strong augmentation, drawn slides train too',
    drawn: true,
    train: { augment: { preset: 'strong' } },
  },
  byCard('drawn', 'strong augmentation, drawn slides train too'),
  {
    id: 'drawn-views',
    name: 'strong augmentation, drawn slides train too, eight views, default of ftu predict',
    of: 'drawn',
    predict: { minimumArea: undefined, views: 'd4' },
  },
  // One result: both trainings are in it.
  {
    id: 'drawn-pair-views',
    name: 'strong augmentation, drawn slides train too, two seeds together, eight views, default of ftu predict',
    of: 'drawn',
    seeds: [2, 3],
    predict: { minimumArea: undefined, views: 'd4' },
  },
  // Small and scarred glomeruli, or a scale that is off: windows at half and twice the scale, instead of 1.4.
  {
    id: 'zoom',
    name: 'strong augmentation with a zoom of up to 2, drawn slides train too',
    drawn: true,
    train: { augment: { preset: 'strong', zoom: 2 } },
  },
  byCard('zoom', 'strong augmentation with a zoom of up to 2, drawn slides train too'),
  {
    id: 'zoom-views',
    name: 'strong augmentation with a zoom of up to 2, drawn slides train too, eight views, default of ftu predict',
    of: 'zoom',
    predict: { minimumArea: undefined, views: 'd4' },
  },
  // What helped the starter model: weights that are averaged over half of the training, at a rate that does not fall.
  {
    id: 'long-average',
    name: 'strong augmentation, weights averaged over the last half',
    train: { augment: { preset: 'strong' }, ema: 0.999, emaWarmup: 4 },
  },
  {
    id: 'constant',
    name: 'strong augmentation, weights averaged over the last half, a constant rate',
    train: { augment: { preset: 'strong' }, ema: 0.999, emaWarmup: 4, schedule: { name: 'constant' } },
  },
  byCard('constant', 'strong augmentation, weights averaged over the last half, a constant rate'),
  { id: 'fpn', name: 'strong augmentation, FPN', train: { decoder: 'fpn', augment: { preset: 'strong' } } },
  { id: 'no-balance', name: 'strong, hospitals as they come', train: { augment: { preset: 'strong' }, sampling: {} } },
  {
    id: 'no-balance-views',
    name: 'strong, hospitals as they come, eight views, default of ftu predict',
    of: 'no-balance',
    predict: { minimumArea: undefined, views: 'd4' },
  },
  {
    id: 'lite0',
    name: 'strong, EfficientNet-Lite0',
    train: { encoder: 'tu-tf_efficientnet_lite0', encoderWeights: 'LITE0', augment: { preset: 'strong' } },
  },
  {
    id: 'more-background',
    name: 'strong, three windows in ten on an object',
    train: { augment: { preset: 'strong' }, sampling: { balanceBy: 'centre', centred: 0.3 } },
  },
  {
    id: 'hard-negatives',
    name: 'strong, half of the background where the network sees objects',
    train: { augment: { preset: 'strong' }, sampling: { balanceBy: 'centre', hardNegatives: 0.5 } },
  },
  byCard('hard-negatives', 'strong, half of the background where the network sees objects'),
  {
    id: 'classifier',
    name: 'strong, with a tile classifier',
    train: { augment: { preset: 'strong' }, tileClassifier: true },
  },
  {
    id: 'classifier-gate',
    name: 'strong, with a tile classifier, tiles silenced below 0.5, default of ftu predict',
    of: 'classifier',
    predict: { minimumArea: undefined, classifierGate: 0.5 },
  },
  // Reinhard et al. 2001 and Macenko et al. 2009, with the same target for all slides, in training and in prediction.
  {
    id: 'reinhard',
    name: 'strong, colours normalised by Reinhard',
    stain: 'reinhard',
    train: { augment: { preset: 'strong' } },
  },
  {
    id: 'macenko',
    name: 'strong, stains normalised by Macenko',
    stain: 'macenko',
    train: { augment: { preset: 'strong' } },
  },
  // UniMatch (Yang et al. 2023) on the pictures of the hospital left out, whose labels it does not see.
  {
    id: 'consistency',
    name: 'strong, consistency on the pictures of the hospital itself',
    pictures: true,
    train: { augment: { preset: 'strong' } },
  },
  byCard('consistency', 'strong, consistency on the pictures of the hospital itself'),
  { id: 'lovasz', name: 'strong, Lovász hinge added', train: { augment: { preset: 'strong' }, loss: { lovasz: 1 } } },
  {
    id: 'deep',
    name: 'strong, deep supervision',
    train: { augment: { preset: 'strong' }, deepSupervision: true },
  },
  {
    id: 'nnunet',
    name: "nnU-Net's recipe",
    train: {
      deepSupervision: true,
      ema: 0,
      loss: { bce: 1, dice: 1, auxiliary: 0.5 },
      optimiser: { name: 'sgd', learningRate: 1e-2, momentum: 0.99, nesterov: true, weightDecay: 3e-5, clipNorm: 12 },
      schedule: { name: 'polynomial', warmup: 0 },
      sampling: { centred: 1 / 3, slides: 'even' },
      // Isensee et al. 2021, supplementary note 4, as near as our changes are: scaling, rotation, noise, blur, brightness, contrast, gamma, mirroring.
      augment: {
        preset: 'none',
        flips: true,
        zoom: 1.4,
        rotation: 180,
        rotationChance: 0.2,
        colourChance: 0.15,
        brightness: 0.2,
        contrast: 0.3,
        gamma: 0.4,
        noise: 0.1,
        noiseChance: 0.1,
        blur: 1,
        blurChance: 0.2,
      },
    },
  },
  {
    id: 'reference',
    name: "the published solution's losses, rates and colours",
    train: {
      ema: 0,
      loss: { bce: 0.5, dice: 0.25, focal: 0.25, smooth: 1e-5, focalForm: 'split' },
      optimiser: { learningRate: 1e-4, epsilon: 1e-7, epsilonHat: true },
      augment: { preset: 'reference' },
      sampling: {},
    },
  },
  {
    id: 'winner',
    name: "the first place's losses and changes",
    train: { ...winnerOf(trainPresets.winner), ema: 0 },
  },
];
