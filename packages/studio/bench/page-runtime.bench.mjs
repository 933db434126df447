/**
 * How far the page's runtime is behind Node's by itself: Unets of the starter model's kind in onnxruntime-web (WebAssembly) and in
 * onnxruntime-node, one thread each, in the form that predictions compute. The two take turns; printed are medians of the processor's time,
 * and how far the logits differ, as a share of the largest.
 *
 *     node packages/studio/bench/page-runtime.bench.mjs [rounds]
 */
import { optimizeForCpu } from '@ftuseg/nn';
import * as native from 'onnxruntime-node';
import * as web from 'onnxruntime-web/wasm';
import { median, untrainedModel } from '../../infer/bench/subjects.mjs';
import '../../infer/bench/no-telemetry.mjs';

const rounds = Number(process.argv[2] ?? 15);
web.env.wasm.numThreads = 1;
const options = { graphOptimizationLevel: 'all', intraOpNumThreads: 1, interOpNumThreads: 1 };

for (const side of [256, 512]) {
  const file = optimizeForCpu(untrainedModel('unet', 'tu-tf_efficientnetv2_b0'));
  const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 50));
  const runtimes = [];
  for (const { InferenceSession, Tensor } of [native, web]) {
    const session = await InferenceSession.create(file, options);
    runtimes.push({ session, image: new Tensor('float32', pixels, [1, 3, side, side]), times: [] });
  }
  for (let round = 0; round <= rounds; round++) {
    for (const runtime of runtimes) {
      const began = process.cpuUsage();
      runtime.logits = (await runtime.session.run({ image: runtime.image })).logits.data;
      const { user, system } = process.cpuUsage(began);
      if (round > 0) runtime.times.push((user + system) / 1000);
    }
  }
  const [here, there] = runtimes.map(({ logits }) => logits);
  const largest = here.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = here.reduce((most, value, i) => Math.max(most, Math.abs(value - there[i])), 0);
  const [node, page] = runtimes.map(({ times }) => median(times));
  console.log(
    `page runtime: unet tu-tf_efficientnetv2_b0, ${side} px: onnxruntime-node ${node.toFixed(1)} ms, onnxruntime-web ${page.toFixed(1)} ms, ratio ${(node / page).toFixed(2)}, logits differ by ${(apart / largest).toExponential(1)}`,
  );
}
