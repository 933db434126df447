/** A network that is computed by this package's own kernels, on the thread that calls. */
import { fusedGraph } from '@ftuseg/nn';
import { alreadyClosed, failedBatch, noClassifier } from '../checks/onnx-refusals.js';
import { type BatchShape, imagesTogether, type Session } from '../session.js';
import { compileNetwork } from './compile.js';
import { NetworkMemory } from './kernels.js';
import { type NetworkPlan, planNetwork } from './plan.js';
import { RowChoice } from './row-choice.js';
import type { CompiledNetwork } from './steps.js';

/** Pixels of images that are computed together: their deep maps are few pixels each, for which weights would be fetched again and again. */
const TOGETHER = { togetherPixels: 4 * 256 * 256 };

/** Sides of images are multiples of it: so often networks halve their maps. */
const STRIDE = 32;

/**
 * Convolutions by Winograd's minimal filtering (Lavin and Gray 2016), all others as products of matrices: 2.7 to 3.4 times as fast as onnxruntime-web's
 * WebAssembly, with logits equal to 2e-5 of the largest. One thread; a page runs several workers.
 *
 * @param file ONNX
 * @param subject the file's name for messages
 * @returns undefined for files of others, for networks with an operation that has no kernel, and where the engine has no vectors
 * @throws {FtuError} `unavailable` where there is no memory for the weights
 * @example
 * const session = openKernelSession(await readFile('model.onnx'), 'model.onnx');
 * const logits = await session?.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
 */
export function openKernelSession(file: Uint8Array, subject: string): Session | undefined {
  const graph = fusedGraph(file);
  const memory = graph && NetworkMemory.open(subject);
  const network = memory && compileNetwork(graph, memory);
  if (memory === undefined || network === undefined) return undefined;
  let computer: NetworkComputer | undefined = new NetworkComputer(network, memory, subject);
  return {
    bestBatch: 1,
    ...TOGETHER,
    run: async (batch, shape, gate) => {
      if (computer === undefined) throw alreadyClosed(subject);
      if (gate !== undefined) throw noClassifier(subject);
      return computer.run(batch, shape);
    },
    close: async () => {
      computer = undefined;
    },
  };
}

class NetworkComputer {
  readonly #plans = new Map<string, NetworkPlan>();
  readonly #rows: RowChoice;

  constructor(
    private readonly network: CompiledNetwork,
    private readonly memory: NetworkMemory,
    private readonly subject: string,
  ) {
    this.#rows = new RowChoice((on) => memory.kernels.takeSix(on));
  }

  #plan(height: number, width: number): NetworkPlan {
    const size = `${height}x${width}`;
    const { network, memory } = this;
    const images = imagesTogether(TOGETHER, height, width);
    const start = memory.freeFrom;
    const plan = this.#plans.get(size) ?? planNetwork(network, memory.kernels, { start, height, width, images });
    this.#plans.set(size, plan);
    memory.reach(plan.end);
    return plan;
  }

  run(batch: Float32Array, shape: BatchShape): Float32Array {
    const { network, memory } = this;
    const [items, channels, height, width] = shape;
    const size = height * width;
    const isWhole = channels === network.channels && batch.length === items * channels * size;
    if (!isWhole || height % STRIDE !== 0 || width % STRIDE !== 0) {
      const needed = `${network.channels} planes for each image, with sides that are multiples of ${STRIDE}`;
      throw failedBatch(this.subject, shape, `it has ${batch.length} numbers; the network takes ${needed}`);
    }
    const plan = this.#plan(height, width);
    const logits = new Float32Array(items * network.classes * size);
    for (let first = 0; first < items; first += plan.images) {
      const count = Math.min(plan.images, items - first);
      const images = batch.subarray(first * channels * size, (first + count) * channels * size);
      memory.floats(plan.image, images.length).set(images);
      this.#rows.run(() => plan.run(count), count * size);
      logits.set(memory.floats(plan.logits, count * network.classes * size), first * network.classes * size);
    }
    return logits;
  }
}
