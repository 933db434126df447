/**
 * What 8 bits are worth on this processor: networks with random weights, calibrated on noise, in the form that `ftu predict` runs, against the same in
 * float32. Both take turns on one core. What counts is the processor's time that the process used, which other work of the machine does not lengthen as it does the
 * clock's; printed are medians, and the median of the ratios of neighbouring runs.
 *
 *     node packages/infer/bench/int8.bench.mjs [rounds]
 */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { createRandom } from '@ftuseg/core';
import { ActivationHistogram, observedNetwork, optimizeForCpu, quantisedForCpu, quantiseOnnx } from '@ftuseg/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { median, untrainedModel } from './subjects.mjs';
import './no-telemetry.mjs';

const rounds = Number(process.argv[2] ?? 15);
const options = { graphOptimizationLevel: 'all', intraOpNumThreads: 1, interOpNumThreads: 1 };

function imageOf(side) {
  const random = createRandom(1);
  const pixels = Float32Array.from({ length: 3 * side * side }, () => random.normal());
  return new Tensor('float32', pixels, [1, 3, side, side]);
}

async function inEightBits(file) {
  const { file: observed, values, input } = observedNetwork(file, 'bench');
  const session = await InferenceSession.create(observed, { ...options, graphOptimizationLevel: 'basic' });
  const image = imageOf(128);
  const answers = { ...(await session.run({ image })), [input]: image };
  await session.release();
  const ranges = new Map();
  for (const name of values) {
    const histogram = new ActivationHistogram();
    histogram.add(answers[name].data, 'bench');
    ranges.set(name, histogram.range(1));
  }
  return quantiseOnnx(file, ranges, 'bench');
}

const flags = (await readFile('/proc/cpuinfo', 'utf8').catch(() => '')).match(
  /\b(avx512_vnni|avx_vnni|amx_int8|avx2|asimddp)\b/g,
);
console.log(`int8: ${cpus()[0]?.model ?? 'a processor'}, ${[...new Set(flags)].join(' ') || 'flags unknown'}`);
for (const [encoder, side] of [
  ['timm-efficientnet-b0', 256],
  ['timm-efficientnet-b0', 1280],
  ['timm-efficientnet-b4', 256],
  ['timm-efficientnet-b4', 1280],
]) {
  const file = untrainedModel('unet', encoder);
  const written = await inEightBits(file);
  const sessions = [];
  for (const bytes of [optimizeForCpu(file), quantisedForCpu(written, { narrowWeights: false })]) {
    sessions.push(await InferenceSession.create(bytes, options));
  }
  const image = imageOf(side);
  const times = [[], []];
  for (let round = 0; round < (side > 512 ? Math.ceil(rounds / 3) : rounds); round++) {
    for (const [i, session] of sessions.entries()) {
      const began = process.cpuUsage();
      await session.run({ image });
      const { user, system } = process.cpuUsage(began);
      times[i].push((user + system) / 1000);
    }
  }
  const [float32, int8] = times.map(median);
  const ratio = median(times[0].map((time, i) => time / times[1][i]));
  console.log(
    `int8: unet ${encoder}, ${side} px: float32 ${float32.toFixed(1)} ms, int8 ${int8.toFixed(1)} ms, ratio ${ratio.toFixed(2)} (median of ${times[0].length} pairs), file ${(written.length / file.length).toFixed(2)} of float32's`,
  );
  for (const session of sessions) await session.release();
}
