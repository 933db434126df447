/** Convolutions that look at a map inside a frame of zeros: dense ones as products of matrices, depthwise ones, transposed ones, and pooling. */
import type { NetworkKernels } from './kernels.js';
import { addressOf, convolvedSide, FLOAT, type Layout } from './layout.js';
import { imageByImage, type PlannedStep } from './planned-step.js';
import type { DepthwiseStep, NarrowStep, PoolStep, UpStep, WindowsStep } from './steps.js';

/** Bytes of windows that are worked on together: a share of the second cache. */
const BLOCK = 1 << 19;

/** What a pool looks at, and what the four convolutions of a transposed one look at. */
const pooling = { kernel: 3, stride: 2, pads: [1, 1, 1, 1] } as const;
const up = { kernel: 2, stride: 1, pads: [1, 1, 1, 1] } as const;

type Window = Pick<WindowsStep, 'input' | 'kernel' | 'stride' | 'pads'>;

/** The map inside a frame of zeros, and what puts an image's there and says where; the map itself where there is no frame. */
function framed({ input, kernel, stride, pads }: Window, layout: Layout, kernels: NetworkKernels) {
  const map = layout.map(input);
  const [top, left, bottom, right] = pads;
  const height = convolvedSide(map.height, top, bottom, kernel, stride);
  const width = convolvedSide(map.width, left, right, kernel, stride);
  const framedWidth = map.width + left + right;
  const size = { map, height, width, framedWidth };
  if (pads.every((pad) => pad === 0)) return { ...size, frame: (image: number) => addressOf(map, image) };
  const source = layout.scratch((map.height + top + bottom) * framedWidth * map.bytes);
  const frame = (image: number): number => {
    kernels.frame(addressOf(map, image), map.height, map.width, map.bytes, top, left, bottom, right, source);
    return source;
  };
  return { ...size, frame };
}

export function planWindows(step: WindowsStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { weights, quarters, bias, kernel, stride, pads, finish, output, channels } = step;
  const { framedWidth, map, height, width, frame } = framed(step, layout, kernels);
  const out = layout.place(output, { height, width, channels });
  const pixels = height * width;
  const bytes = kernel * kernel * map.bytes;
  const [depth, columns] = [bytes / FLOAT, out.bytes / FLOAT];
  // Pairs are of one image.
  const scratch =
    quarters !== undefined && pixels % 2 === 0 ? layout.scratch(kernels.quartersBytes(depth, columns)) : undefined;
  const multiply = (from: number, to: number, rows: number): void => {
    if (scratch === undefined || quarters === undefined)
      kernels.multiply(from, bytes, weights, depth, 0, bias, to, out.bytes, rows, depth, columns, ...finish);
    else
      kernels.multiplyQuarters(
        from,
        bytes,
        weights,
        quarters,
        bias,
        to,
        out.bytes,
        rows,
        depth,
        columns,
        scratch,
        ...finish,
      );
  };
  // Pixels of images that lie one after the other are rows of one matrix.
  if (kernel === 1 && stride === 1 && pads.every((pad) => pad === 0)) {
    return (first, count) => multiply(addressOf(map, first), addressOf(out, first), count * pixels);
  }
  const most = Math.min(pixels, Math.max(4, Math.floor(BLOCK / bytes / 2) * 2));
  const rows = layout.scratch(most * bytes);
  return imageByImage((image) => {
    const source = frame(image);
    for (let first = 0; first < pixels; first += most) {
      const count = Math.min(most, pixels - first);
      kernels.windows(source, framedWidth, map.bytes, kernel, stride, width, first, count, rows);
      multiply(rows, addressOf(out, image) + first * out.bytes, count);
    }
  });
}

export function planNarrow(step: NarrowStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { weights, bias, finish, output, channels } = step;
  const map = layout.map(step.input);
  const { height, width, bytes } = map;
  const out = layout.place(output, { height, width, channels });
  const shape = [height, width, bytes, layout.scratch(4 * (width + 2) * bytes), weights, bias] as const;
  return imageByImage((image) =>
    kernels.narrow(addressOf(map, image), ...shape, addressOf(out, image), channels, ...finish),
  );
}

export function planDepthwise(step: DepthwiseStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { weights, bias, kernel, stride, finish, output, channels } = step;
  const { framedWidth, map, height, width, frame } = framed(step, layout, kernels);
  const out = layout.place(output, { height, width, channels });
  const shape = [height, width, map.bytes, kernel, stride] as const;
  return imageByImage((image) =>
    kernels.depthwise(frame(image), framedWidth, weights, bias, addressOf(out, image), ...shape, ...finish),
  );
}

export function planPool(step: PoolStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { framedWidth, map, height, width, frame } = framed({ ...step, ...pooling }, layout, kernels);
  const out = layout.place(step.output, { height, width, channels: step.channels });
  return imageByImage((image) =>
    kernels.largest(frame(image), framedWidth, addressOf(out, image), height, width, map.bytes),
  );
}

export function planUp(step: UpStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { bias, finish, phases, output, channels } = step;
  const { framedWidth, map, frame } = framed({ ...step, ...up }, layout, kernels);
  const { height, width } = map;
  const out = layout.place(output, { height: height * 2, width: width * 2, channels });
  const bytes = up.kernel * up.kernel * map.bytes;
  const rows = layout.scratch(width * bytes);
  const depth = bytes / FLOAT;
  const shape = [width, depth, out.bytes / FLOAT] as const;
  return imageByImage((image) => {
    const source = frame(image);
    for (const [phase, weights] of phases.entries()) {
      const [down, right] = [phase >> 1, phase & 1];
      const from = source + (down * framedWidth + right) * map.bytes;
      for (let y = 0; y < height; y++) {
        const to = addressOf(out, image) + ((2 * y + down) * 2 * width + right) * out.bytes;
        kernels.windows(from, framedWidth, map.bytes, up.kernel, up.stride, width, y * width, width, rows);
        kernels.multiply(rows, bytes, weights, depth, 0, bias, to, 2 * out.bytes, ...shape, ...finish);
      }
    }
  });
}
