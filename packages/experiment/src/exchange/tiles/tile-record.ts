/**
 * A tile as one tf.train.Example, with the five features of the published HuBMAP solution that ftuseg grew out of (github.com/RobinSmits/KaggleHuBMAP,
 * utils.py), so that its training code, and whatever reads its files, reads these.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decodeTfRecords, encodeTfRecord, FtuError, type Raster, raster } from '@ftuseg/core';
import { readRegularFile } from '@ftuseg/files';
import { decodeTfExample, encodeTfExample, type TfExample, type TfFeature } from './tf-example.js';

export interface TilePixels {
  /** RGB, uint8, row by row. */
  readonly image: Raster;
  /** One label per pixel: 0 background, 1 the first class, 2 the second, ...; 255 where nothing is known. */
  readonly mask: Raster;
}

/**
 * One framed record: `image_bytes` (uint8, height x width x channels, raw), `mask_bytes` (uint8, height x width, raw), `height`, `width`,
 * `channels`.
 */
export function encodeTileRecord({ image, mask }: TilePixels): Uint8Array {
  const bytes = (value: Uint8Array): TfFeature => ({ kind: 'bytes', values: [value] });
  const int64 = (value: number): TfFeature => ({ kind: 'int64', values: [value] });
  return encodeTfRecord(
    encodeTfExample(
      new Map([
        ['image_bytes', bytes(image.data)],
        ['mask_bytes', bytes(mask.data)],
        ['height', int64(image.height)],
        ['width', int64(image.width)],
        ['channels', int64(image.channels)],
      ]),
    ),
  );
}

function toTile(example: TfExample, path: string): TilePixels {
  const fail = (problem: string): never => {
    throw new FtuError('bad-input', problem, {
      subject: path,
      hint: 'tiles have the features image_bytes, mask_bytes, height, width and channels',
    });
  };
  const size = (name: string): number => {
    const feature = example.get(name);
    const value = feature?.kind === 'int64' ? feature.values[0] : undefined;
    return value ?? fail(`there is no integer "${name}" in a record`);
  };
  const pixels = (name: string, channels: number): Raster => {
    const feature = example.get(name);
    const data = feature?.kind === 'bytes' ? feature.values[0] : undefined;
    if (data === undefined) return fail(`there are no bytes "${name}" in a record`);
    const [width, height] = [size('width'), size('height')];
    if (width < 1 || height < 1 || data.length !== width * height * channels) {
      return fail(`${data.length} bytes of "${name}" are not ${width} x ${height} x ${channels}`);
    }
    return raster(width, height, channels, data);
  };
  return { image: pixels('image_bytes', size('channels')), mask: pixels('mask_bytes', 1) };
}

/**
 * The tiles of a TFRecord file, compressed by gzip or not; checksums are verified.
 *
 * @throws FtuError `not-found`, `io`; `bad-input` for a damaged file or records with other features
 * @example
 * const [tile] = await readTileRecords('tiles/2f6ecfcdf/2f6ecfcdf_0_0.tfrec');
 */
export async function readTileRecords(path: string): Promise<TilePixels[]> {
  const stored = await readRegularFile(path);
  const compressed = stored[0] === 0x1f && stored[1] === 0x8b;
  const bytes = compressed
    ? await promisify(gunzip)(stored).catch((cause: unknown) => {
        throw new FtuError('bad-input', 'the gzip data are damaged or cut off', { subject: path, cause });
      })
    : stored;
  return [...decodeTfRecords(bytes, path)].map((record) => toTile(decodeTfExample(record, path), path));
}
