/**
 * Rasters of a prepared data set as arrays that every thread can see: mapped files, of which memory holds what the system has room for, or
 * shared memory where files cannot be mapped.
 */
import { constants } from 'node:buffer';
import { open } from 'node:fs/promises';
import { FtuError, readNpyHeader } from '@ftuseg/core';
import { ioError, statRegularFile } from '@ftuseg/files';
import { type FileMap, mapFile, TorchError } from '@ftuseg/torch';
import { markMapped } from './shared-raster.js';

export interface LoadedRaster {
  readonly shape: readonly number[];
  /** To be read only: where it is a mapped file, writing ends the process. */
  readonly data: Uint8Array;
}

const PREPARE_AGAIN = 'delete the file and run `ftu prepare` again';

/** Bytes that one read of a file takes at most. */
const READ_BYTES = 1 << 28;

async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > constants.MAX_LENGTH) {
      throw new FtuError(
        'unsupported',
        `${size} bytes are more than this Node.js can index (${constants.MAX_LENGTH})`,
        {
          subject: path,
          hint: 'prepare the slides at a coarser resolution, or use Node.js 22 or newer',
        },
      );
    }
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(READ_BYTES, size - at), at);
      if (bytesRead === 0)
        throw new FtuError('bad-input', 'the raster is cut off', { subject: path, hint: PREPARE_AGAIN });
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** The map of a file; undefined where it has to be read instead. */
function mapIfPossible(path: string): FileMap | undefined {
  try {
    return mapFile(path);
  } catch (error) {
    if (error instanceof TorchError) return undefined;
    throw error;
  }
}

function openError(error: unknown, path: string): FtuError {
  const isMissing = error instanceof FtuError && error.code === 'not-found';
  if (!isMissing) return ioError(error, path, 'be read');
  return new FtuError('not-found', 'a raster of the data set is missing', {
    subject: path,
    hint: PREPARE_AGAIN,
    cause: error,
  });
}

async function bytesOf(path: string): Promise<{ readonly bytes: Uint8Array; readonly map: FileMap | undefined }> {
  try {
    await statRegularFile(path);
    const map = mapIfPossible(path);
    return { map, bytes: map === undefined ? await readWhole(path) : new Uint8Array(map.bytes) };
  } catch (error) {
    throw openError(error, path);
  }
}

/**
 * Opens a raster of bytes.
 *
 * @throws FtuError 'not-found' if the file is missing, 'bad-input' if it holds something else or is cut off, 'unsupported' if it has more
 * bytes than an array of this Node.js can have
 */
export async function openRaster(path: string): Promise<LoadedRaster> {
  const { bytes, map } = await bytesOf(path);
  const { shape, dtype, dataOffset } = readNpyHeader(bytes, path);
  if (dtype !== 'uint8')
    throw new FtuError('bad-input', `expected uint8, found ${dtype}`, { subject: path, hint: PREPARE_AGAIN });
  const length = shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== dataOffset + length) {
    const problem = `the file has ${bytes.length} bytes where its header says ${dataOffset + length}`;
    throw new FtuError('bad-input', problem, { subject: path, hint: PREPARE_AGAIN });
  }
  const data = bytes.subarray(dataOffset);
  if (map !== undefined) markMapped(data, { map: map.id, offset: dataOffset, length });
  return { shape, data };
}

/**
 * Opens a raster of a known shape.
 *
 * @throws FtuError as {@link openRaster}, and 'bad-input' for another shape
 */
export async function loadRaster(path: string, shape: readonly number[]): Promise<Uint8Array> {
  const found = await openRaster(path);
  if (found.shape.join() === shape.join()) return found.data;
  throw new FtuError('bad-input', `expected uint8 of shape ${shape.join(' x ')}, found ${found.shape.join(' x ')}`, {
    subject: path,
    hint: PREPARE_AGAIN,
  });
}
