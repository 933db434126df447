/**
 * A network whose BatchNorm statistics are in part those of the hospital that it is shown (Schneider et al. 2020, "Improving robustness against
 * common corruptions by covariate shift adaptation"): no label is read.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRandom } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { createModel, exportOnnx, modelSpecOf, readModelCard, readSafetensors } from '@ftuseg/nn';
import { noGrad, scope, tensor } from '@ftuseg/torch';
import { loadSlide } from '@ftuseg/train';
import { uploaded } from './network.mjs';

const BATCH = 8;
/** By then the running statistics (momentum 0.1) have less than a thousandth of the old ones. */
const BATCHES = 70;

/** Batches of windows anywhere on the images, every image as likely: N x 3 x side x side, normalised as the card says. */
function* windows(slides, { mean, std, tileSize: side }, seed) {
  const random = createRandom(seed);
  for (let b = 0; b < BATCHES; b++) {
    const data = new Float32Array(BATCH * 3 * side * side);
    for (let n = 0; n < BATCH; n++) {
      const { width, height, image } = slides[random.int(slides.length)];
      const left = random.int(Math.max(1, width - side + 1));
      const top = random.int(Math.max(1, height - side + 1));
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < side; y++) {
          const row = Math.min(top + y, height - 1) * width;
          for (let x = 0; x < side; x++) {
            const value = image[(row + Math.min(left + x, width - 1)) * 3 + c] / 255;
            data[((n * 3 + c) * side + y) * side + x] = (value - mean[c]) / std[c];
          }
        }
      }
    }
    yield [data, [BATCH, 3, side, side]];
  }
}

/**
 * @param files `model` and `weights` (safetensors) of the network
 * @param share of the hospital's own statistics, from 0 to 1
 * @param out path of the new model file
 */
export async function adaptStatistics({ model, weights }, { data, column, heldOut, seed, share, out }) {
  const card = readModelCard(await readFile(model), model);
  const network = createModel({ ...modelSpecOf(card), dropPathRate: 0 });
  const { state } = readSafetensors(await readFile(weights));
  const dataset = await openDataset(data);
  const chosen = dataset.slides.filter(({ columns }) => columns[column] === heldOut);
  const slides = await Promise.all(chosen.map((slide) => loadSlide(dataset, slide)));
  const adapted = new Map(state);
  scope(() => {
    const { tensors, ops } = uploaded(state, true);
    for (const [values, shape] of windows(slides, card, seed)) {
      noGrad(() => scope(() => void network.forward(ops, tensor(values, shape))));
    }
    for (const [name, entry] of state) {
      if (!name.endsWith('.running_mean') && !name.endsWith('.running_var')) continue;
      const seen = tensors.get(name).toArray();
      const mixed = entry.data.map((value, i) => (1 - share) * value + share * seen[i]);
      adapted.set(name, { ...entry, data: mixed });
    }
  });
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, exportOnnx(network, adapted, card));
  return out;
}
