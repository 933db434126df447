/** Label images in tiled or striped TIFFs, read in bands by our own reader: a mask of a whole slide need not fit in memory. */
import { raster } from '@ftuseg/core';
import { openTiff } from '../formats/tiff/open-tiff.js';
import type { TiffPage } from '../formats/tiff/page.js';
import { BlockCache } from '../formats/tiff/pixels/block-cache.js';
import { interleave, readPlane } from '../formats/tiff/pixels/level-reader.js';
import { refuseBombs } from '../formats/tiff/pixels/refuse-bombs.js';
import { openTiffFile } from '../formats/tiff/structure/file.js';
import { nodeRuntime } from '../node-runtime.node.js';
import { SlideError } from '../slide-error.js';
import { openFileSource } from '../source/file-source.node.js';
import { equalChannels } from './equal-channels.js';
import { GradingValues } from './grading-values.js';
import type { LabelImage } from './labels.js';
import { LossyTraces } from './lossy-traces.js';
import { paletteLabels } from './palette-labels.js';
import { orientationOf, refuseTurned } from './turned.js';

/** Decoded blocks that are kept: two rows of tiles of the widest slides. */
const MAX_CACHE_BYTES = 96 << 20;

/**
 * Opens labels of one sample (1 to 16 bits, and longer, signed or floating-point numbers, as long as they are whole and from 0 to 255), a palette, or
 * equal channels. Blocks that were left out are background.
 *
 * @returns undefined for what is not a TIFF
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` for compressions that change labels and colours that are none, `bad-input` for a
 * damaged file
 */
export async function openLabelTiff(path: string): Promise<LabelImage | undefined> {
  const source = await openFileSource(path);
  try {
    if (source.size < 8 || (await openTiffFile(source)) === undefined) {
      await source.close();
      return undefined;
    }
    const tiff = await openTiff(source, { codecs: nodeRuntime.codecs, content: 'labels' });
    const [{ width, height, pages }] = tiff.levels;
    const [page] = pages;
    refuseColours(page, pages.length, path);
    refuseTurned(await orientationOf(source), path);
    await refuseBombs(tiff, source);
    const toLabels = labelsOf(page, path);
    const looks = [new LossyTraces(path), new GradingValues(path)];
    const options = { source, cache: new BlockCache(MAX_CACHE_BYTES) };
    return {
      width,
      height,
      read: async (top, rows) => {
        const window = { x: 0, y: top, width, height: rows };
        const planes = page.planar ? page.samples : 1;
        const samples = await Promise.all(
          Array.from({ length: planes }, (_, c) =>
            readPlane(page, c, page.samples / planes, window, options, undefined),
          ),
        );
        const labels = toLabels(planes > 1 ? interleave(samples, width * rows) : (samples[0] ?? new Uint8Array(0)));
        for (const one of looks) one.look(labels);
        return raster(width, rows, 1, labels);
      },
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function refuseColours({ codec, compression, photometric, samples }: TiffPage, pages: number, path: string): void {
  const refuse = (problem: string): never => {
    throw new SlideError('unsupported', problem, {
      subject: path,
      hint: 'save labels as an 8-bit grey PNG, or as a TIFF with Deflate or LZW',
    });
  };
  if (!codec.lossless) refuse(`the compression ${compression} changes label values`);
  if (photometric === 'white-is-zero') refuse('label images where zero is white are not supported');
  const grey = photometric === 'black-is-zero' && samples <= 2;
  if (pages > 1 || !(grey || photometric === 'rgb' || photometric === 'palette')) {
    refuse(`label images in ${pages > 1 ? `${pages} pages` : photometric} are not supported`);
  }
}

function labelsOf(page: TiffPage, path: string): (samples: Uint8Array) => Uint8Array {
  const { palette, samples, alpha } = page;
  if (palette !== undefined) {
    const entries = palette.length / 3;
    const colours = Array.from(
      { length: entries },
      (_, i) => [palette[i] ?? 0, palette[entries + i] ?? 0, palette[2 * entries + i] ?? 0] as const,
    );
    const toLabels = paletteLabels(colours, () => false, path);
    return samples === 1 ? toLabels : (data) => toLabels(data.filter((_, i) => i % samples === 0));
  }
  // A further channel without a meaning says nothing about labels.
  if (alpha === 'none' && (samples === 2 || samples === 4)) {
    return (data) =>
      equalChannels(
        data.filter((_, i) => i % samples < samples - 1),
        samples - 1,
        path,
      );
  }
  return (data) => equalChannels(data, samples, path);
}
