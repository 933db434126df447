/** A bare ONNX Runtime session with every core and ready-made tiles: `node bare_onnx.mjs MODEL TILES SIDE THREADS`. */
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import './no-telemetry.mjs';

const [, , path, tiles, side, threads] = process.argv;
const session = await InferenceSession.create(await readFile(path), {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
});
const size = Number(side);
/** Batches of 1 and of 4 were tried; of 1 is the faster (see infer.bench.mjs). */
const pixels = Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i / 50));
for (let n = 0; n < Number(tiles); n++) await session.run({ image: new Tensor('float32', pixels, [1, 3, size, size]) });
