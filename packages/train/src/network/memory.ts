/** What a training step needs in memory, and what to say when there is not enough. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { FtuError } from '@ftuseg/core';
import { type Model, summarise } from '@ftuseg/nn';
import { TorchError } from '@ftuseg/torch';

/**
 * Bytes at a step's peak per byte of counted activations, gradients in flight included. Measured with libtorch 1.13 on the CPU: 1.05 (Unet on
 * B0), 1.07 (Unet on Lite0), 1.00 (FPN on B0), 0.99 (Unet 3+ on ResNet-18), 0.89 (Linknet on ResNet-50), 0.84 (Attention U-Net on SE-ResNeXt-50), 0.94 (Unet
 * on MiT-B0).
 */
const PEAK_SHARE = 1.1;
/** libtorch's and the loader's own. */
const OVERHEAD_BYTES = 1e8;

/** Bytes of a step: what grows with the batch, and what does not (weights, gradients, two moments, an average). */
export function stepBytes(model: Model, tile: number): { readonly perImage: number; readonly fixed: number } {
  const { activations, parameters } = summarise(model, [1, 3, tile, tile]);
  return { perImage: 4 * activations * PEAK_SHARE, fixed: OVERHEAD_BYTES + 20 * parameters };
}

/**
 * Bytes that this process holds for itself. Pages of mapped files, which its resident set counts as well, are the system's cache: they make room
 * where memory is asked for.
 */
export function heldBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const sizes = [...status.matchAll(/^(?:RssAnon|RssShmem):\s+(\d+) kB$/gm)].map((match) => 1024 * Number(match[1]));
    if (sizes.length === 2) return sizes.reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    // Not Linux: the resident set is all there is to go by.
  }
  return process.memoryUsage.rss();
}

/** Bytes that this process may still take: the system's estimate, or what its container leaves it. */
export function availableBytes(): number {
  let free = freemem();
  try {
    const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    if (match?.[1] !== undefined) free = Number(match[1]) * 1024;
  } catch {
    // Not Linux: what the system calls free is all there is to go by.
  }
  const constrained = process.constrainedMemory();
  if (constrained === undefined || constrained === 0) return free;
  return Math.min(free, Math.max(0, constrained - heldBytes()));
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * Refuses a batch that cannot fit into the machine's memory, before the system kills the process for it.
 *
 * @throws FtuError 'unavailable' with the largest batch that fits
 */
export function requireMemory(model: Model, tile: number, batchSize: number, available = availableBytes()): void {
  const { perImage, fixed } = stepBytes(model, tile);
  const needed = fixed + perImage * batchSize;
  if (needed <= available) return;
  const fits = Math.floor((available - fixed) / perImage);
  throw new FtuError(
    'unavailable',
    `batches of ${batchSize} at ${tile} pixels need about ${gigabytes(needed)} of memory, and ${gigabytes(available)} are free`,
    {
      subject: 'batchSize',
      hint:
        fits < 1
          ? 'use a smaller `--tile`, a smaller encoder, or a machine with more memory'
          : `use \`--batch-size ${fits}\` (with \`--set optimiser.accumulate=${Math.ceil(batchSize / fits)}\` for the same updates)`,
    },
  );
}

/** As `outOfMemory` in one of several processes: nothing is tried, because the others would not take part. */
export function outOfMemoryOfRank(error: unknown, images: number): unknown {
  if (!(error instanceof TorchError) || error.code !== 'memory') return error;
  return new FtuError('unavailable', `there is not enough memory for ${images} images in a process`, {
    subject: 'batchSize',
    hint: 'use a smaller `--batch-size`, or more hosts',
    cause: error,
  });
}

/**
 * What to throw when a step failed: libtorch's "out of memory" becomes a batch size that does fit, found by trying; anything else stays.
 *
 * @param tries whether a step with a batch of this size succeeds; may throw
 */
export function outOfMemory(error: unknown, batchSize: number, tries: (batchSize: number) => void): unknown {
  if (!(error instanceof TorchError) || error.code !== 'memory') return error;
  for (let size = Math.floor(batchSize / 2); size >= 1; size = Math.floor(size / 2)) {
    try {
      tries(size);
    } catch {
      continue;
    }
    return new FtuError('unavailable', `there is not enough memory for batches of ${batchSize}`, {
      subject: 'batchSize',
      hint: `batches of ${size} fit: use \`--batch-size ${size}\``,
      cause: error,
    });
  }
  return new FtuError('unavailable', 'there is not enough memory for a batch of one', {
    subject: 'batchSize',
    hint: 'use a smaller `--tile` or encoder',
    cause: error,
  });
}
