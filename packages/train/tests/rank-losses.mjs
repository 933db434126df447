/**
 * One of several processes: `node rank-losses.mjs DECODERS LOSSES`. For each decoder, loss and kind of labels it takes a step on its slice of a batch, and rank 0 takes
 * the same step on all of it, alone; a line for each says how far the two are apart.
 */
import { createRandom } from '@ftuseg/core';
import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { liveTensors, manualSeed, scope } from '@ftuseg/torch';
import { lossSchema } from '../dist/config/loss.js';
import { joinRanks, rankPlace } from '../dist/index.js';
import { disposeState, downloadState, uploadState } from '../dist/network/network.js';
import { trainStep } from '../dist/optimise/step.js';
import { singleRank } from '../dist/ranks/training-ranks.js';

const [, , decoders = 'unet', losses = 'bce', batchText = '4'] = process.argv;
const [BATCH, TILE] = [Number(batchText), 64];
const ranks = await joinRanks(rankPlace(process.env), { timeoutSeconds: 60, localBatchNorm: false });

/** Gradients, and what a step moves by itself. */
function take(model, state, { images, masks, targets, loss }, group, channelsLast) {
  const batchSize = BATCH / group.size;
  const from = group.rank * batchSize;
  const slice = {
    images: images.subarray(from * TILE * TILE * 3, (from + batchSize) * TILE * TILE * 3),
    masks: masks.subarray(from * TILE * TILE, (from + batchSize) * TILE * TILE),
  };
  const uploaded = uploadState(model, state, channelsLast);
  const gradients = new Map();
  const optimiser = {
    zeroGrad: () => undefined,
    step: () => {
      for (const [name, tensor] of uploaded)
        if (tensor.grad) gradients.set(name, Float32Array.from(tensor.grad.toArray()));
    },
  };
  manualSeed(7);
  const context = {
    precision: 'float32',
    channelsLast,
    device: 'cpu',
    model,
    state: uploaded,
    optimiser,
    liveness: new Liveness(model),
    loss,
    targets,
    task: 'segment',
    batchSize,
    tile: TILE,
    classes: 1,
    ranks: group,
  };
  const { loss: value, dice } = scope(() =>
    trainStep(context, slice, { factor: 1, accumulate: 1, last: true, frozen: false }),
  );
  const statistics = new Map();
  for (const [name, { data }] of downloadState(model, uploaded)) if (/running/.test(name)) statistics.set(name, data);
  disposeState(uploaded);
  return { value, dice, gradients, statistics };
}

/** The norm of the difference, as a share of the norm, over all values. */
function apart(a, b) {
  let [difference, size] = [0, 0];
  for (const [name, values] of a) {
    const others = b.get(name);
    for (let i = 0; i < values.length; i++) {
      difference += (values[i] - others[i]) ** 2;
      size += others[i] ** 2;
    }
  }
  return Math.sqrt(difference / size);
}

for (const decoder of decoders.split(',')) {
  const model = createModel({
    decoder,
    encoder: 'timm-tf_efficientnet_lite0',
    classes: 1,
    layout: 'pytorch',
    deepSupervision: decoder === 'unet',
    tileClassifier: decoder === 'unet',
  });
  const state = initialState(model, 3);
  for (const name of losses.split(',')) {
    for (const targets of ['hard', 'soft']) {
      const random = createRandom(11);
      const images = Float32Array.from({ length: BATCH * TILE * TILE * 3 }, () => random.uniform(-1.5, 1.5));
      const blob = (i) => (Math.sin(i / 9) + Math.cos(Math.floor(i / TILE) / 5) > 0.6 ? 1 : 0);
      const masks = Float32Array.from({ length: BATCH * TILE * TILE }, (_, i) =>
        targets === 'hard' ? blob(i) : random.chance(0.2) ? -1 : random.uniform(0, 1),
      );
      const none = { bce: 0, dice: 0, jaccard: 0, focal: 0, tversky: 0, lovasz: 0, boundary: 0 };
      const loss = lossSchema.parse({ ...none, [name]: 1 });
      const step = { images, masks, targets, loss };
      const divided = take(model, state, step, ranks, true);
      if (!ranks.isFirst) continue;
      const whole = take(model, state, step, singleRank, true);
      const otherLayout = take(model, state, step, singleRank, false);
      console.log(
        JSON.stringify({
          decoder,
          loss: name,
          targets,
          value: whole.value,
          lossApart: Math.abs(divided.value - whole.value) / Math.abs(whole.value),
          diceApart: Math.abs(divided.dice - whole.dice),
          gradient: apart(divided.gradients, whole.gradients),
          statistics: apart(divided.statistics, whole.statistics),
          gradientOfLayout: apart(otherLayout.gradients, whole.gradients),
          parameters: whole.gradients.size === divided.gradients.size,
        }),
      );
    }
  }
}
if (ranks.isFirst) console.log(JSON.stringify({ liveTensors: liveTensors() }));
ranks.leave();
