/**
 * How far a page's processor is behind Node's: Unets of the starter model's kind in onnxruntime-node, in onnxruntime-web (WebAssembly), and in this
 * package's own kernels, which pages use for such networks; one thread each. They take turns; printed are medians of the processor's time, and how far
 * logits are from onnxruntime-node's, as a share of the largest. Node 20 knows relaxed SIMD, which Chromium and Firefox have, behind a flag only, and is
 * started again with it.
 *
 *     node packages/studio/bench/page-runtime.bench.mjs [rounds]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createWebSession } from '@ftuseg/infer/browser';
import { optimizeForCpu } from '@ftuseg/nn';
import * as native from 'onnxruntime-node';
import * as web from 'onnxruntime-web/wasm';
import { median, untrainedModel } from '../../infer/bench/subjects.mjs';
import '../../infer/bench/no-telemetry.mjs';

const FLAG = '--experimental-wasm-relaxed-simd';
if (Number(process.versions.node.split('.')[0]) < 22 && !process.execArgv.includes(FLAG)) {
  const again = [FLAG, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1);
}

const rounds = Number(process.argv[2] ?? 15);
web.env.wasm.numThreads = 1;
const options = { graphOptimizationLevel: 'all', intraOpNumThreads: 1, interOpNumThreads: 1 };

/** A network in one of ONNX Runtime's builds. */
async function runtime({ InferenceSession, Tensor }, file) {
  const session = await InferenceSession.create(optimizeForCpu(file), options);
  return async (pixels, shape) => (await session.run({ image: new Tensor('float32', pixels, shape) })).logits.data;
}

for (const encoder of ['tu-tf_efficientnetv2_b0', 'timm-efficientnet-b4']) {
  const file = untrainedModel('unet', encoder);
  const ours = await createWebSession(web, file);
  const networks = [
    { name: 'onnxruntime-node', run: await runtime(native, file), times: [] },
    { name: 'onnxruntime-web', run: await runtime(web, file), times: [] },
    { name: 'own kernels', run: (pixels, shape) => ours.run(pixels, shape), times: [] },
  ];
  for (const side of [256, 512]) {
    const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 50));
    for (const network of networks) network.times = [];
    // Our kernels try two ways on their first tiles.
    for (let tile = 0; tile < 16; tile++) await ours.run(pixels, [1, 3, side, side]);
    for (let round = 0; round <= rounds; round++) {
      for (const network of networks) {
        const began = process.cpuUsage();
        network.logits = await network.run(pixels, [1, 3, side, side]);
        const { user, system } = process.cpuUsage(began);
        if (round > 0) network.times.push((user + system) / 1000);
      }
    }
    const [node] = networks;
    const largest = node.logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const told = networks.map(({ name, times, logits }) => {
      const apart = node.logits.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i])), 0);
      const ratio = median(node.times) / median(times);
      return `${name} ${median(times).toFixed(1)} ms (${ratio.toFixed(2)}, apart ${(apart / largest).toExponential(1)})`;
    });
    console.log(`page runtime: unet ${encoder}, ${side} px: ${told.join(', ')}`);
  }
}
