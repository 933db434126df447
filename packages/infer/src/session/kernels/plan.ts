/** A compiled network for images of one size: the calls of kernels in order. */
import type { NetworkKernels } from './kernels.js';
import { addressOf, FLOAT, Layout } from './layout.js';
import { imageByImage, type PlannedStep } from './planned-step.js';
import { type CompiledNetwork, type Computed, inputsOf } from './steps.js';
import { keptMaps, stretchesOf } from './stretches.js';
import { planDepthwise, planNarrow, planPool, planUp, planWindows } from './windows.js';
import { joinedParts, planWinograd } from './winograd.js';

export interface NetworkPlan {
  /** Images that may be computed together. */
  readonly images: number;
  /** Where the images go, one after the other, each in planes of float32, and where the logits are found. */
  readonly image: number;
  readonly logits: number;
  /** The memory must reach to here. */
  readonly end: number;
  /** @param count of images, the first of those that were put there */
  readonly run: (count: number) => void;
}

export interface PlanSize {
  /** Of the memory that is free. */
  readonly start: number;
  /** Of the image, as `width` a multiple of the network's stride. */
  readonly height: number;
  readonly width: number;
  /** That may be computed together. */
  readonly images: number;
}

/** What is computed of an image does not depend on how many are computed together, to the last bit. */
export function planNetwork(network: CompiledNetwork, kernels: NetworkKernels, size: PlanSize): NetworkPlan {
  // How much the kept maps need is known when all are placed.
  const { keptEnd } = planFrom(size.start, network, kernels, size);
  return planFrom(keptEnd, network, kernels, size);
}

/** @param turns where the maps begin in which images take turns */
function planFrom(
  turns: number,
  network: CompiledNetwork,
  kernels: NetworkKernels,
  { start, height, width, images }: PlanSize,
): NetworkPlan & { readonly keptEnd: number } {
  const { input, output, channels, classes } = network;
  const stretches = stretchesOf(network, images);
  const kept = keptMaps(network, stretches);
  const layout = new Layout({ kept: start, turns: Math.ceil(turns / 64) * 64 }, images, (name) => kept.has(name));
  const planes = height * width * channels * FLOAT;
  const image = layout.keep(images * planes);
  const whole = layout.place(input, { height, width, channels });
  const lastUse = new Map(network.steps.flatMap((step, place) => inputsOf(step).map((name) => [name, place] as const)));
  let place = 0;
  const planned = stretches.map(({ steps, isTogether }) => {
    const unused: string[] = [];
    const calls = steps.map((step): PlannedStep => {
      const call = planStep(step, layout, kernels);
      layout.endStep();
      for (const name of new Set([...inputsOf(step), step.output])) {
        if ((lastUse.get(name) ?? place) > place || name === output) continue;
        // Where images take turns, the next one still needs what is kept of it.
        if (kept.has(name) && !isTogether) unused.push(name);
        else layout.free(name);
      }
      place++;
      return call;
    });
    for (const name of unused) layout.free(name);
    return { calls, isTogether };
  });
  const last = layout.map(output);
  const pixels = last.height * last.width;
  const logits = layout.keep(images * pixels * classes * FLOAT);
  planned
    .at(0)
    ?.calls.unshift(
      imageByImage((one) =>
        kernels.channelsLast(image + one * planes, height * width, channels, whole.bytes, addressOf(whole, one)),
      ),
    );
  planned
    .at(-1)
    ?.calls.push(
      imageByImage((one) =>
        kernels.channelsFirst(
          addressOf(last, one),
          pixels,
          classes,
          last.bytes,
          logits + one * pixels * classes * FLOAT,
        ),
      ),
    );
  const run = (count: number): void => {
    for (const { calls, isTogether } of planned) {
      const turns = isTogether ? 1 : count;
      for (let turn = 0; turn < turns; turn++) for (const call of calls) call(turn, isTogether ? count : 1);
    }
  };
  return { images, image, logits, end: layout.end, keptEnd: layout.keptEnd, run };
}

function planStep(step: Computed, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { output, channels } = step;
  switch (step.kind) {
    case 'winograd':
      return planWinograd(step, layout, kernels);
    case 'narrow':
      return planNarrow(step, layout, kernels);
    case 'windows':
      return planWindows(step, layout, kernels);
    case 'depthwise':
      return planDepthwise(step, layout, kernels);
    case 'up':
      return planUp(step, layout, kernels);
    case 'pool':
      return planPool(step, layout, kernels);
    case 'place': {
      const { all, height, width } = joinedParts(step.parts, layout);
      const out = layout.place(output, { height, width, channels });
      return imageByImage((image) => {
        for (const { map, shift, before } of all)
          kernels.place(
            addressOf(map, image),
            map.bytes,
            height,
            width,
            shift,
            addressOf(out, image) + before,
            out.bytes,
          );
      });
    }
    case 'add': {
      const [a, b] = [layout.map(step.inputs[0]), layout.map(step.inputs[1])];
      const out = layout.place(output, { height: a.height, width: a.width, channels });
      const bytes = a.height * a.width * a.bytes;
      return imageByImage((image) =>
        kernels.add(addressOf(a, image), addressOf(b, image), bytes, addressOf(out, image), ...step.finish),
      );
    }
    case 'stretch': {
      const map = layout.map(step.input);
      const { height, width, bytes } = map;
      const { factor } = step;
      const out = layout.place(output, { height: height * factor, width: width * factor, channels });
      return imageByImage((image) =>
        kernels.stretch(addressOf(map, image), height, width, bytes, factor, addressOf(out, image)),
      );
    }
    case 'group-norm': {
      const map = layout.map(step.input);
      const { height, width, bytes } = map;
      const out = layout.place(output, { height, width, channels });
      const { groupChannels, factors, summands, epsilon, finish } = step;
      const shape = [height * width, bytes, groupChannels * FLOAT, factors, summands, epsilon] as const;
      return imageByImage((image) =>
        kernels.groupNorm(addressOf(map, image), ...shape, addressOf(out, image), ...finish),
      );
    }
    case 'mean': {
      const map = layout.map(step.input);
      const out = layout.place(output, { height: 1, width: 1, channels });
      return imageByImage((image) =>
        kernels.mean(addressOf(map, image), map.height * map.width, map.bytes, addressOf(out, image)),
      );
    }
    case 'scale': {
      const [map, factors] = [layout.map(step.input), layout.map(step.factors)];
      const { height, width, bytes } = map;
      const out = layout.place(output, { height, width, channels });
      return imageByImage((image) =>
        kernels.scale(addressOf(map, image), addressOf(factors, image), height * width, bytes, addressOf(out, image)),
      );
    }
  }
}
