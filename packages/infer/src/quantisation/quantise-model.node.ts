/** Writes a network in 8 bits, calibrated on tiles of slides, and measures how far it is from what it was made of. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { openContentDigests, usableThreads } from '@ftuseg/files';
import {
  CALIBRATION_PERCENTILE,
  type ModelCard,
  type Quantisation,
  quantiseOnnx,
  readModelCard,
  withModelCard,
} from '@ftuseg/nn';
import type { SlideRow } from '@ftuseg/slide';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { openOnnxSession } from '../session/onnx-session.node.js';
import { processorForm } from '../session/processor-form.node.js';
import { type Batch, toBatch } from '../tiles/batch.js';
import { calibrationTiles, type SlideTiles } from './calibration-tiles.node.js';
import { DifferenceMeter } from './difference.js';
import { observeRanges } from './observe.node.js';

export interface QuantiseOptions {
  /** Tiles in all; 64 by default. */
  readonly tiles?: number | undefined;
  /** Decides which tiles; 1 by default. */
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  /** Of the network, for messages. */
  readonly subject: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly onNote?: ((sentence: string) => void) | undefined;
}

export interface QuantisedModel {
  /** ONNX in 8 bits, with what it was calibrated with in its card. */
  readonly file: Uint8Array;
  readonly card: ModelCard;
  readonly quantisation: Quantisation;
}

/** Tiles of a larger side tell no more of activations and need more memory: all of a network's are kept at once. */
const LARGEST_SIDE = 256;

/**
 * @param file of `exportOnnx`, float32, with its card
 * @param rows slides that the network is calibrated on
 * @throws {FtuError} `bad-input` for slides without tissue or of a scale that the network cannot be given, and for a network that cannot be written in 8
 * bits; `cancelled`; what the slides throw
 * @example
 * const { file, quantisation } = await quantiseModel(onnx, await readSlideTable('slides.csv'), { subject: 'model.onnx' });
 */
export async function quantiseModel(
  file: Uint8Array,
  rows: readonly SlideRow[],
  options: QuantiseOptions,
): Promise<QuantisedModel> {
  const { tiles: wanted = 64, seed = 1, threads = usableThreads(), subject, signal, onProgress, onNote } = options;
  if (rows.length === 0)
    throw new FtuError('bad-input', 'there are no slides to calibrate on', { subject: '--calibrate' });
  const card = readModelCard(file, subject);
  const side = Math.min(card.tileSize, LARGEST_SIDE);
  onProgress?.(`reads tiles of ${rows.length} slides`);
  const perSlide = Math.ceil(wanted / rows.length);
  const slides = await calibrationTiles(rows, card, { perSlide, side, seed, signal });
  const without = slides.filter(({ tiles }) => tiles.length === 0).map(({ id }) => id);
  if (without.length > 0) onNote?.(`no tissue was found on ${without.join(', ')}: calibrated without`);
  const batches = slides.flatMap(({ tiles }) => tiles.map((tile) => toBatch([tile], card)));
  const total = batches.length;
  const ranges = await observeRanges(file, batches, {
    threads,
    subject,
    signal,
    onProgress: (done) => onProgress?.(`calibrates on tile ${done} of ${total}`),
  });
  const written = quantiseOnnx(file, ranges, subject);
  const difference = await differenceOf([file, written], batches, card, { threads, subject, signal, onProgress });
  const quantisation: Quantisation = {
    version: 1,
    percentile: CALIBRATION_PERCENTILE,
    tiles: total,
    tileSize: side,
    seed,
    slides: await describeSlides(slides, signal),
    difference,
  };
  const described = { ...card, quantisation };
  return { file: withModelCard(written, described, subject), card: described, quantisation };
}

/** Tiles as the network in float32 and the one in 8 bits see them, both as this processor runs them. */
async function differenceOf(
  [float32, int8]: readonly [Uint8Array, Uint8Array],
  batches: readonly Batch[],
  { threshold }: ModelCard,
  given: Pick<QuantiseOptions, 'subject' | 'signal' | 'onProgress'> & { readonly threads: number },
): Promise<Quantisation['difference']> {
  const { subject, threads, signal, onProgress } = given;
  const open = async (file: Uint8Array) => {
    const { model } = await processorForm(file, { subject, arithmetic: 'int8' });
    return openOnnxSession(model, { provider: 'cpu', threads, subject });
  };
  const meter = new DifferenceMeter(threshold);
  const before = await open(float32);
  try {
    const after = await open(int8);
    try {
      for (const [i, { data, shape }] of batches.entries()) {
        throwIfCancelled(signal);
        meter.add(await before.run(data, shape), await after.run(data, shape));
        onProgress?.(`compares tile ${i + 1} of ${batches.length}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      await after.close();
    }
  } finally {
    await before.close();
  }
  return meter.difference();
}

async function describeSlides(slides: readonly SlideTiles[], signal?: AbortSignal): Promise<Quantisation['slides']> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-digests-'));
  try {
    const digests = openContentDigests(join(folder, 'digests.txt'), { signal });
    const described: Quantisation['slides'] = [];
    for (const { id, image, tiles } of slides) {
      described.push({ id, sha256: (await digests.of(image)) ?? '', tiles: tiles.length });
    }
    return described;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
