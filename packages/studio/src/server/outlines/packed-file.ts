/** A set of outlines in one file: a head, the chunks one after another, the index. Written beside and renamed, so that it is whole or not there. */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, makeFolder, writeAtomically } from '@ftuseg/files';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import { OutlineBuilder } from '../../outlines/outline-builder.js';
import { type OutlineChunk, readChunk } from '../../outlines/outline-chunk.js';
import { type OutlineIndex, readIndex } from '../../outlines/outline-index.js';
import { fileSpill } from './file-spill.js';

/** Octets: "FTUO", the layout's version, where the index begins, its length. */
const HEAD = 24;
const MAGIC = 0x4f555446;
const VERSION = 1;

export interface ToPack {
  readonly width: number;
  readonly height: number;
  readonly classes: readonly string[];
  readonly objects: AsyncIterable<ObjectToPack>;
  /** Sentences about what was done to the objects, once they are through. */
  readonly notes: () => readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Packs objects into a file, in bounded memory.
 * @throws FtuError `io`, `cancelled`; what reading the objects throws
 */
export async function writePacked(path: string, { objects, notes, signal, ...options }: ToPack): Promise<void> {
  await makeFolder(dirname(path));
  const spill = fileSpill(dirname(path));
  try {
    const builder = new OutlineBuilder({ ...options, spill });
    for await (const object of objects) {
      if (signal.aborted) throw new FtuError('cancelled', 'packing outlines was interrupted');
      builder.add(object);
      if (builder.full) await builder.flush();
    }
    await writeAtomically(path, async (file) => {
      await file.writeFile(new Uint8Array(HEAD));
      let at = HEAD;
      for await (const { buffer } of builder.chunks()) {
        if (signal.aborted) throw new FtuError('cancelled', 'packing outlines was interrupted');
        await file.writeFile(new Uint8Array(buffer));
        at += buffer.byteLength;
      }
      const index = builder.index(notes());
      await file.writeFile(new Uint8Array(index));
      const head = new DataView(new ArrayBuffer(HEAD));
      head.setUint32(0, MAGIC, true);
      head.setUint32(4, VERSION, true);
      head.setFloat64(8, at, true);
      head.setFloat64(16, index.byteLength, true);
      await file.write(new Uint8Array(head.buffer), 0, HEAD, 0);
    });
  } finally {
    await spill.close();
  }
}

/** An index in memory, with the chunks still in their file. */
export interface PackedFile {
  readonly index: OutlineIndex;
  readonly indexBuffer: ArrayBuffer;
  /** @returns undefined for a number that there is not */
  readonly chunkBuffer: (chunk: number) => Promise<ArrayBuffer | undefined>;
  readonly chunk: (chunk: number) => Promise<OutlineChunk>;
}

/**
 * @returns undefined for a file that is not there, or that is of another layout or damaged: it is to be written again
 * @throws FtuError `io`
 */
export async function openPacked(path: string): Promise<PackedFile | undefined> {
  const found = await withFile(path, readIndexOf).catch((error: unknown) => {
    if (error instanceof FtuError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  try {
    return packedFile(path, found);
  } catch (error) {
    if (error instanceof FtuError && error.code === 'bad-input') return undefined;
    throw error;
  }
}

/** A file is open only while it is read: layers come and go, and nobody knows who still reads. */
async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    const file = await open(path);
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
}

async function readIndexOf(file: FileHandle): Promise<ArrayBuffer | undefined> {
  const head = await readAt(file, 0, HEAD);
  const view = new DataView(head);
  if (head.byteLength < HEAD || view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION) {
    return undefined;
  }
  const [at, length] = [view.getFloat64(8, true), view.getFloat64(16, true)];
  const { size } = await file.stat();
  return at + length === size ? readAt(file, at, length) : undefined;
}

function packedFile(path: string, indexBuffer: ArrayBuffer): PackedFile {
  const index = readIndex(indexBuffer);
  const starts = new Float64Array(index.chunks + 1).fill(HEAD, 0, 1);
  for (let i = 0; i < index.chunks; i++) starts[i + 1] = (starts[i] as number) + (index.chunkOctets[i] as number);
  const chunkBuffer = async (chunk: number): Promise<ArrayBuffer | undefined> => {
    const [from, to] = [starts[chunk], starts[chunk + 1]];
    if (from === undefined || to === undefined) return undefined;
    return withFile(path, (file) => readAt(file, from, to - from));
  };
  return {
    index,
    indexBuffer,
    chunkBuffer,
    chunk: async (number) => {
      const buffer = await chunkBuffer(number);
      if (buffer === undefined) throw new RangeError(`there is no chunk ${number}`);
      return readChunk(buffer);
    },
  };
}

async function readAt(file: FileHandle, from: number, length: number): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(length);
  const { bytesRead } = await file.read(new Uint8Array(buffer), 0, length, from);
  return bytesRead === length ? buffer : buffer.slice(0, bytesRead);
}
