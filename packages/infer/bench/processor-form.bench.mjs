/**
 * What `optimizeForCpu` is worth: a model file as it is against its shorter form, in ONNX Runtime on one core. The two take turns; printed are
 * medians and how far the logits differ, as a share of the largest.
 *
 *     node packages/infer/bench/processor-form.bench.mjs [rounds]
 */
import { optimizeForCpu } from '@ftuseg/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { median, untrainedModel } from './subjects.mjs';
import './no-telemetry.mjs';

const rounds = Number(process.argv[2] ?? 15);
const encoder = 'timm-efficientnet-b0';
const options = { graphOptimizationLevel: 'all', intraOpNumThreads: 1, interOpNumThreads: 1 };

for (const [decoder, side] of [
  ['unet', 256],
  ['unet', 1280],
  ['attention-unet', 256],
  ['fpn', 256],
  ['linknet', 256],
]) {
  const file = untrainedModel(decoder, encoder);
  const sessions = [];
  for (const bytes of [file, optimizeForCpu(file)]) sessions.push(await InferenceSession.create(bytes, options));
  const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 50));
  const image = new Tensor('float32', pixels, [1, 3, side, side]);
  const times = sessions.map(() => []);
  const logits = [];
  for (let round = 0; round < (side > 512 ? Math.ceil(rounds / 5) : rounds); round++) {
    for (const [i, session] of sessions.entries()) {
      const began = performance.now();
      logits[i] = (await session.run({ image })).logits.data;
      times[i].push(performance.now() - began);
    }
  }
  const largest = logits[0].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = logits[0].reduce((most, value, i) => Math.max(most, Math.abs(value - logits[1][i])), 0);
  const [plain, short] = times.map(median);
  console.log(
    `processor form: ${decoder} ${encoder}, ${side} px: plain ${plain.toFixed(1)} ms, shorter ${short.toFixed(1)} ms, ratio ${(short / plain).toFixed(3)}, logits differ by ${(apart / largest).toExponential(1)}`,
  );
  for (const session of sessions) await session.release();
}
