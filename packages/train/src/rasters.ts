/**
 * Rasters of a prepared data set as arrays that every thread can see: mapped files, of which memory holds what the system has room for, or
 * shared memory where files cannot be mapped.
 */
import { constants } from 'node:buffer';
import { open } from 'node:fs/promises';
import { FtuError, readNpyHeader } from '@ftuseg/core';
import { type FileMap, mapFile, sharedFileMap, TorchError } from '@ftuseg/torch';

export interface LoadedRaster {
  readonly shape: readonly number[];
  /** To be read only: where it is a mapped file, writing ends the process. */
  readonly data: Uint8Array;
}

/** Where a thread finds a raster in a mapped file. */
interface MapPlace {
  readonly map: number;
  readonly offset: number;
  readonly length: number;
}

/** A raster on its way to another thread. */
export type SharedRaster = Uint8Array | MapPlace;

const places = new WeakMap<Uint8Array, MapPlace>();

const hint = 'delete the file and run `ftu prepare` again';

/** Bytes that one read of a file takes at most. */
const readBytes = 1 << 28;

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
      const { bytesRead } = await file.read(bytes, at, Math.min(readBytes, size - at), at);
      if (bytesRead === 0) throw new FtuError('bad-input', 'the raster is cut off', { subject: path, hint });
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

async function missingIfAbsent<T>(path: string, load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof FtuError) throw cause;
    throw new FtuError('not-found', 'a raster of the data set is missing', { subject: path, hint, cause });
  }
}

/**
 * Opens a raster of bytes.
 *
 * @throws FtuError 'not-found' if the file is missing, 'bad-input' if it holds something else or is cut off, 'unsupported' if it has more
 * bytes than an array of this Node.js can have
 */
export async function openRaster(path: string): Promise<LoadedRaster> {
  const map = await missingIfAbsent(path, () => mapIfPossible(path));
  const bytes = map === undefined ? await missingIfAbsent(path, () => readWhole(path)) : new Uint8Array(map.bytes);
  const { shape, dtype, dataOffset } = readNpyHeader(bytes, path);
  if (dtype !== 'uint8') throw new FtuError('bad-input', `expected uint8, found ${dtype}`, { subject: path, hint });
  const length = shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== dataOffset + length) {
    const problem = `the file has ${bytes.length} bytes where its header says ${dataOffset + length}`;
    throw new FtuError('bad-input', problem, { subject: path, hint });
  }
  const data = bytes.subarray(dataOffset);
  if (map !== undefined) places.set(data, { map: map.id, offset: dataOffset, length });
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
    hint,
  });
}

/** Whether a raster is a mapped file, and so no memory of the process. */
export const isMapped = (data: Uint8Array): boolean => places.has(data);

/** A raster for another thread, which {@link receiveRaster} opens there. It has to be held here until then. */
export const shareRaster = (data: Uint8Array): SharedRaster => places.get(data) ?? data;

/** A raster that another thread has opened, without reading or mapping it again. */
export function receiveRaster(shared: SharedRaster): Uint8Array {
  if (shared instanceof Uint8Array) return shared;
  return new Uint8Array(sharedFileMap(shared.map), shared.offset, shared.length);
}
