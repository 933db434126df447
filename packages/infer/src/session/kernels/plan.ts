/** A compiled network for images of one size: the calls of kernels in order. */
import type { NetworkKernels } from './kernels.js';
import { FLOAT, Layout } from './layout.js';
import type { CompiledNetwork, Computed } from './steps.js';
import { planDepthwise, planNarrow, planPool, planUp, planWindows } from './windows.js';
import { joinedParts, planWinograd } from './winograd.js';

export interface NetworkPlan {
  /** Where the image goes, planes of float32 one after the other, and where the logits are found. */
  readonly image: number;
  readonly logits: number;
  /** The memory must reach to here. */
  readonly end: number;
  readonly run: () => void;
}

/**
 * @param start of the memory that is free
 * @param height of the image, as `width` a multiple of the network's stride
 */
export function planNetwork(
  network: CompiledNetwork,
  kernels: NetworkKernels,
  { start, height, width }: { readonly start: number; readonly height: number; readonly width: number },
): NetworkPlan {
  const { input, output, channels, classes, steps } = network;
  const layout = new Layout(start);
  const pixels = height * width;
  const image = layout.keep(pixels * channels * FLOAT);
  const first = layout.place(input, { height, width, channels });
  const calls = [() => kernels.channelsLast(image, pixels, channels, first.bytes, first.address)];
  const lastUse = new Map<string, number>();
  for (const [place, step] of steps.entries()) for (const name of inputsOf(step)) lastUse.set(name, place);
  for (const [place, step] of steps.entries()) {
    calls.push(planStep(step, layout, kernels));
    layout.endStep();
    for (const name of new Set([...inputsOf(step), step.output])) {
      if ((lastUse.get(name) ?? place) <= place && name !== output) layout.free(name);
    }
  }
  const last = layout.map(output);
  const all = last.height * last.width;
  const logits = layout.keep(all * classes * FLOAT);
  calls.push(() => kernels.channelsFirst(last.address, all, classes, last.bytes, logits));
  const run = (): void => {
    for (const call of calls) call();
  };
  return { image, logits, end: layout.end, run };
}

function inputsOf(step: Computed): readonly string[] {
  switch (step.kind) {
    case 'winograd':
    case 'place':
      return step.parts.map(({ name }) => name);
    case 'add':
      return step.inputs;
    case 'scale':
      return [step.input, step.factors];
    default:
      return [step.input];
  }
}

function planStep(step: Computed, layout: Layout, kernels: NetworkKernels): () => void {
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
      return () => {
        for (const { map, shift, before } of all)
          kernels.place(map.address, map.bytes, height, width, shift, out.address + before, out.bytes);
      };
    }
    case 'add': {
      const [a, b] = [layout.map(step.inputs[0]), layout.map(step.inputs[1])];
      const out = layout.place(output, { height: a.height, width: a.width, channels });
      const bytes = a.height * a.width * a.bytes;
      return () => kernels.add(a.address, b.address, bytes, out.address, ...step.finish);
    }
    case 'stretch': {
      const { height, width, bytes, address } = layout.map(step.input);
      const { factor } = step;
      const out = layout.place(output, { height: height * factor, width: width * factor, channels });
      return () => kernels.stretch(address, height, width, bytes, factor, out.address);
    }
    case 'group-norm': {
      const { height, width, bytes, address } = layout.map(step.input);
      const out = layout.place(output, { height, width, channels });
      const { groupChannels, factors, summands, epsilon, finish } = step;
      const group = groupChannels * FLOAT;
      return () =>
        kernels.groupNorm(address, height * width, bytes, group, factors, summands, epsilon, out.address, ...finish);
    }
    case 'mean': {
      const map = layout.map(step.input);
      const out = layout.place(output, { height: 1, width: 1, channels });
      return () => kernels.mean(map.address, map.height * map.width, map.bytes, out.address);
    }
    case 'scale': {
      const [map, factors] = [layout.map(step.input), layout.map(step.factors)];
      const { height, width } = map;
      const out = layout.place(output, { height, width, channels });
      return () => kernels.scale(map.address, factors.address, height * width, map.bytes, out.address);
    }
  }
}
