/**
 * Two promises of a long run. Memory stays flat: 2,000 steps of a small network, the resident set every 250 of them
 * (the first epoch ends at 500, with the first checkpoint, so that it counts from 750). The event loop is free
 * again after every step, checkpoints and validation included: the longest time for which a timer had to wait, beside the longest step, for
 * EfficientNet-B0 at 256 px.
 *
 *     node packages/train/bench/endurance.bench.mjs [steps = 2000]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { liveTensors, torchAvailable } from '@ftuseg/torch';
import { prepareDataset, trainRun } from '../dist/index.js';

/** A multiple of 32: four epochs, of which eight readings are taken. */
const steps = Number(process.argv[2] ?? 2000);

/** Purple discs on pink, and noise. */
async function writeSlides(folder, count, side) {
  const lines = ['id,image,mask'];
  for (let slide = 0; slide < count; slide++) {
    const image = raster(side, side, 3, new Uint8Array(side * side * 3));
    const mask = raster(side, side, 1, new Uint8Array(side * side));
    let state = slide + 1;
    for (let i = 0; i < side * side; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const inside = Math.hypot((i % 200) - 100, (Math.floor(i / side) % 200) - 100) < 40 + slide;
      image.data.set(
        [inside ? 120 : 225, inside ? 60 : 180, inside ? 140 : 205].map((v) => v + (state >>> 27)),
        i * 3,
      );
      mask.data[i] = inside ? 1 : 0;
    }
    await writePng(join(folder, `s${slide}.png`), image);
    await writePng(join(folder, `m${slide}.png`), mask);
    lines.push(`s${slide},s${slide}.png,m${slide}.png`);
  }
  await writeFile(join(folder, 'slides.csv'), `${lines.join('\n')}\n`);
}

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;

async function flatMemory(folder) {
  const rows = [];
  await trainRun(
    {
      data: join(folder, 'data'),
      out: join(folder, 'flat'),
      encoder: 'resnet18',
      encoderWeights: 'none',
      decoder: 'linknet',
      tile: 32,
      foldCount: 3,
      batchSize: 4,
      epochs: 4,
      samplesPerEpoch: steps,
      ema: 0.99,
      augment: { preset: 'strong' },
    },
    {
      onProgress: (event) =>
        event.kind === 'step' && event.step % (steps / 8) === 0 && rows.push([event.step, megabytes(), liveTensors()]),
    },
  );
  for (const [step, rss, live] of rows)
    console.log(`  step ${step}: ${rss.toFixed(0)} MiB resident, ${live} live tensors`);
  const [from, first] = rows[2];
  const [, last] = rows.at(-1);
  console.log(`  from step ${from} to ${rows.at(-1)[0]}: ${(last - first).toFixed(0)} MiB (wanted: flat)`);
}

async function freeLoop(folder) {
  let longestWait = 0;
  let expected = performance.now();
  const timer = setInterval(() => {
    longestWait = Math.max(longestWait, performance.now() - expected - 5);
    expected = performance.now();
  }, 5);
  let longestStep = 0;
  let last = performance.now();
  await trainRun(
    {
      data: join(folder, 'data'),
      out: join(folder, 'free'),
      encoder: 'timm-efficientnet-b0',
      foldCount: 3,
      encoderWeights: 'none',
      batchSize: 8,
      epochs: 2,
      samplesPerEpoch: 40,
      ema: 0.99,
      checkpointMinutes: 0.1,
    },
    {
      onProgress: (event) => {
        const now = performance.now();
        if (event.kind === 'step') longestStep = Math.max(longestStep, now - last);
        last = now;
      },
    },
  );
  clearInterval(timer);
  console.log(
    `  longest wait of a timer ${longestWait.toFixed(0)} ms, longest step ${longestStep.toFixed(0)} ms (wanted: no longer)`,
  );
}

if (!torchAvailable()) {
  console.log('skipped: libtorch is not available (make libtorch)');
} else {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-endurance-'));
  try {
    await writeSlides(folder, 3, 512);
    await prepareDataset({ table: join(folder, 'slides.csv'), out: join(folder, 'data'), tile: 256 });
    console.log(`memory over ${steps} steps of Linknet on ResNet-18, strong augmentation:`);
    await flatMemory(folder);
    console.log('the event loop while EfficientNet-B0 trains at 256 px, with checkpoints and validation:');
    await freeLoop(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
