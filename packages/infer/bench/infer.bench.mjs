/**
 * Prediction through `predictSlide` against a bare ONNX Runtime session that is fed the same tiles, ready-made.
 * The ratio says what reading, packing, stitching and thresholding cost on top of the network.
 *
 * Run on built packages: `node packages/infer/bench/infer.bench.mjs [rounds]`.
 */
import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, raster } from '@ftuseg/core';
import { optimizeForCpu } from '@ftuseg/nn';
import { openSlide, writeJpeg } from '@ftuseg/slide';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { layoutTiles, loadModel, predictSlide } from '../dist/index.js';
import { median, untrainedModel } from './subjects.mjs';
import './no-telemetry.mjs';

const side = 1536;
const tile = 256;
const overlap = 64;
/** The bare session runs both, and the faster counts. */
const bareBatches = [1, 4];
const threads = availableParallelism();
const encoder = 'timm-efficientnet-b0';
const wanted = 0.95;

/** @typedef {{ seconds: number, cpuSeconds: number, peakMegabytes: number, tiles: number }} Round */

/** What each side does in one round; both load the same model file in a process of their own. */
const sides = {
  /** A JPEG on disk to labels: opening, decoding, tiling, normalising, the network, stitching, thresholding. */
  ours: async (/** @type {string} */ folder) => {
    const model = await loadModel(join(folder, 'model.onnx'), { threads });
    return async () => {
      const slide = await openSlide(join(folder, 'slide.jpg'));
      const { plan } = await predictSlide(slide, [model], {
        overlap,
        tileSize: tile,
        views: 'none',
        all: true,
        downsample: 1,
      });
      await slide.close();
      return plan.tiles;
    };
  },
  /** The same number of tiles, already normalised, and the same form of the network: nothing but the runtime, one session with every core. */
  bare: async (/** @type {string} */ folder) => {
    const session = await InferenceSession.create(optimizeForCpu(await readFile(join(folder, 'model.onnx'))), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
    const { columns, rows } = layoutTiles({ width: side, height: side }, tile, overlap);
    const tiles = columns.length * rows.length;
    const random = createRandom(2);
    const pixels = Float32Array.from({ length: 4 * 3 * tile * tile }, () => random.uniform(-2, 2));
    const all = async (/** @type {number} */ batch) => {
      for (let done = 0; done < tiles; done += batch) {
        const n = Math.min(batch, tiles - done);
        const data = pixels.subarray(0, n * 3 * tile * tile);
        await session.run({ image: new Tensor('float32', data, [n, 3, tile, tile]) });
      }
    };
    /** @type {number | undefined} */
    let fastest;
    return async () => {
      if (fastest === undefined) {
        let least = Number.POSITIVE_INFINITY;
        for (const batch of bareBatches) {
          const began = performance.now();
          await all(batch);
          const took = performance.now() - began;
          if (took < least) [least, fastest] = [took, batch];
        }
      } else await all(fastest);
      return tiles;
    };
  },
};

/** A child process: one round for every message from the parent. */
async function serve(/** @type {'ours' | 'bare'} */ name, /** @type {string} */ folder) {
  const round = await sides[name](folder);
  process.on('message', async () => {
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    const tiles = await round();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const peakMegabytes = process.resourceUsage().maxRSS / 1024;
    process.send?.({ seconds, cpuSeconds: (user + system) / 1e6, tiles, peakMegabytes });
  });
}

/** Starts a side in its own process, so that peak memory is its own. */
function start(/** @type {'ours' | 'bare'} */ name, /** @type {string} */ folder) {
  const child = fork(fileURLToPath(import.meta.url), [name, folder]);
  return {
    /** @returns {Promise<Round>} */
    round: () =>
      new Promise((resolve, reject) => {
        child.once('message', (message) => resolve(/** @type {Round} */ (message)));
        child.once('exit', (code) => reject(new Error(`the process of "${name}" ended with code ${code}`)));
        child.send('round');
      }),
    stop: () => child.kill(),
  };
}

/** A model with random weights and a slide with some texture, as files. */
async function prepare(/** @type {string} */ folder) {
  await writeFile(join(folder, 'model.onnx'), untrainedModel('unet', encoder));
  const random = createRandom(1);
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => 160 + 60 * Math.sin(i / 3000) + random.int(16));
  await writeJpeg(join(folder, 'slide.jpg'), raster(side, side, 3, pixels), 90);
}

async function compare(/** @type {number} */ rounds) {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-infer-bench-'));
  try {
    await prepare(folder);
    const [ours, bare] = [start('ours', folder), start('bare', folder)];
    /** @type {{ ours: Round, bare: Round }[]} */
    const timed = [];
    await ours.round();
    await bare.round();
    for (let i = 0; i < rounds; i++) {
      // Who goes first alternates, so that a machine that slows down favours neither.
      const first = i % 2 === 0 ? await ours.round() : undefined;
      const second = await bare.round();
      timed.push({ ours: first ?? (await ours.round()), bare: second });
    }
    ours.stop();
    bare.stop();
    print(timed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(/** @type {{ ours: Round, bare: Round }[]} */ timed) {
  const tiles = timed[0]?.ours.tiles ?? 0;
  console.log(`infer: ${encoder} Unet, ${side} x ${side} pixels, ${tiles} tiles of ${tile}, ${threads} threads`);
  for (const name of /** @type {const} */ (['ours', 'bare'])) {
    const rounds = timed.map((pair) => pair[name]);
    const label = name === 'ours' ? 'predictSlide, from a JPEG to labels' : 'bare ONNX Runtime, tiles ready-made';
    const seconds = median(rounds.map((round) => round.seconds));
    const cpu = median(rounds.map((round) => round.cpuSeconds));
    const peak = Math.max(...rounds.map((round) => round.peakMegabytes));
    console.log(
      `  ${label.padEnd(36)} ${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of processor)  ${(tiles / seconds).toFixed(1)} tiles/s  peak ${peak.toFixed(0)} MB`,
    );
  }
  const pairs = timed.map(({ ours, bare }) => bare.seconds / ours.seconds);
  const ratio = median(pairs);
  const spread = `${Math.min(...pairs).toFixed(3)} to ${Math.max(...pairs).toFixed(3)} in ${pairs.length} rounds`;
  const best = (/** @type {'ours' | 'bare'} */ name) => Math.min(...timed.map((pair) => pair[name].seconds));
  console.log(
    `  ratio bare / ours ${ratio.toFixed(3)} (${spread}; wanted >= ${wanted}: ${ratio >= wanted ? 'met' : 'missed'})`,
  );
  // On a busy machine the best rounds were disturbed least.
  console.log(`  ratio of the best rounds ${(best('bare') / best('ours')).toFixed(3)}`);
}

const [first = '5', folder] = process.argv.slice(2);
if (folder !== undefined && (first === 'ours' || first === 'bare')) await serve(first, folder);
else await compare(Number(first));
