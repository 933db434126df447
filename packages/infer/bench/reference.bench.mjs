/**
 * `merge: or` (the published inference: windows of 1024 pixels shrunk to 256, four views, masks joined) against a bare ONNX Runtime session that is
 * fed as many ready-made tiles in the same form of the network. The ratio says what reading, shrinking, turning, enlarging and joining cost on top.
 *
 * Run on built packages: `node packages/infer/bench/reference.bench.mjs [rounds] [side] [crf]`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { optimizeForCpu } from '@ftuseg/nn';
import { openSlide, writeJpeg } from '@ftuseg/slide';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadModel, predictSlide } from '../dist/index.js';
import { median, untrainedModel } from './subjects.mjs';
import './no-telemetry.mjs';

const [rounds = '3', sideText = '4096', crf = 'none'] = process.argv.slice(2);
const side = Number(sideText);
const tile = 256;
const views = 4;
const threads = availableParallelism();
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-reference-bench-'));
const [modelFile, slideFile] = [join(folder, 'model.onnx'), join(folder, 'slide.jpg')];

async function timed(/** @type {() => Promise<unknown>} */ work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

try {
  await writeFile(modelFile, untrainedModel('unet', 'timm-efficientnet-b0'));
  const random = createRandom(1);
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => 160 + 60 * Math.sin(i / 3000) + random.int(16));
  await writeJpeg(slideFile, raster(side, side, 3, pixels), 90);
  const loaded = await loadModel(modelFile, { threads });
  const model = { ...loaded, card: { ...loaded.card, resize: /** @type {const} */ ('bilinear') } };
  const settings = /** @type {const} */ ({
    merge: 'or',
    views: 'reference',
    tileSize: tile,
    overlap: 64,
    downsample: 4,
  });
  const slide = await openSlide(slideFile);
  const { plan } = await predictSlide(slide, [model], { ...settings, crf });
  const session = await InferenceSession.create(optimizeForCpu(await readFile(modelFile)), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const batch = new Tensor('float32', new Float32Array(3 * tile * tile).fill(0.5), [1, 3, tile, tile]);
  const bare = async () => {
    for (let done = 0; done < plan.tiles * views; done++) await session.run({ image: batch });
  };
  /** @type {{ ours: number, bare: number }[]} */
  const found = [];
  for (let i = 0; i < Number(rounds); i++) {
    found.push({
      ours: await timed(() => predictSlide(slide, [model], { ...settings, crf })),
      bare: await timed(bare),
    });
  }
  await Promise.all([slide.close(), model.close(), session.release()]);
  const [ours, theirs] = [median(found.map((one) => one.ours)), median(found.map((one) => one.bare))];
  console.log(
    `merge "or": ${side} x ${side} pixels, ${plan.tiles} windows in ${views} views, crf ${crf}, ${threads} threads`,
  );
  console.log(`  predictSlide ${ours.toFixed(2)} s, bare ONNX Runtime ${theirs.toFixed(2)} s`);
  console.log(`  speed over that of the bare session: ${median(found.map((one) => one.bare / one.ours)).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
