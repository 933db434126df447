/**
 * Ensembles whose networks have an encoder in common, computed once for all of them, against the same networks one by one. Weights are random; the slide has texture and no
 * background. Both in this process, in turn; the ratio is the median of the rounds'.
 *
 *     node packages/infer/bench/shared.bench.mjs [rounds] [side]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { openSlide, writeJpeg } from '@ftuseg/slide';
import { closeModels, loadModels, predictSlide } from '../dist/index.js';
import { median } from './subjects.mjs';
import './no-telemetry.mjs';

const [rounds, side] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 1024)];
const threads = availableParallelism();

/** A network whose encoder has the weights of one seed, and its decoder those of another. */
function fileOf(decoder, encoder, seed) {
  const model = createModel({ decoder, encoder, classes: 1 });
  const start = initialState(model, 0);
  const own = [...initialState(model, seed)];
  const state = new Map(own.map(([name, tensor]) => [name, name.startsWith('encoder.') ? start.get(name) : tensor]));
  const card = { decoder, encoder, classes: ['glomerulus'], tileSize: 256, micronsPerPixel: null, threshold: 0.5 };
  const colours = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  return exportOnnx(model, state, { format: 1, name: `${decoder} ${seed}`, ...card, ...colours, training: {} });
}

const ensembles = {
  'five Unets': ['unet', 'unet', 'unet', 'unet', 'unet'],
  'Unet, FPN, Linknet': ['unet', 'fpn', 'linknet'],
};

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-shared-bench-'));
try {
  const random = createRandom(1);
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => 160 + 60 * Math.sin(i / 3000) + random.int(16));
  const picture = join(folder, 'slide.jpg');
  await writeJpeg(picture, raster(side, side, 3, pixels), 90);
  console.log(`shared: ${side} x ${side} pixels, tiles of 256, ${threads} threads`);
  for (const encoder of ['timm-efficientnet-b0', 'timm-efficientnet-b4']) {
    for (const [name, decoders] of Object.entries(ensembles)) {
      const files = [];
      for (const [seed, decoder] of decoders.entries()) {
        const path = join(folder, `${seed}.onnx`);
        await writeFile(path, fileOf(decoder, encoder, seed + 1));
        files.push({ path, weight: 1 });
      }
      const predict = async (models) => {
        const slide = await openSlide(picture);
        const began = performance.now();
        const { probability } = await predictSlide(slide, models, { all: true, views: 'none', downsample: 1 });
        const seconds = (performance.now() - began) / 1000;
        await slide.close();
        return { seconds, probability };
      };
      const apart = await loadModels(files, { threads });
      const together = await loadModels(files, { threads, share: true });
      const [one, other] = [await predict(apart), await predict(together)];
      const difference = one.probability.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - other.probability.data[i])),
        0,
      );
      const pairs = [];
      for (let round = 0; round < rounds; round++) {
        const first = await predict(round % 2 === 0 ? apart : together);
        const second = await predict(round % 2 === 0 ? together : apart);
        pairs.push(round % 2 === 0 ? [first.seconds, second.seconds] : [second.seconds, first.seconds]);
      }
      await closeModels([...apart, ...together]);
      const [alone, once] = [0, 1].map((n) => median(pairs.map((pair) => pair[n])));
      console.log(
        `  ${encoder}, ${name}: one by one ${alone.toFixed(2)} s, encoder once ${once.toFixed(2)} s, ratio ${median(pairs.map(([a, b]) => a / b)).toFixed(2)}; probabilities differ by ${difference.toExponential(1)} at most`,
      );
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
