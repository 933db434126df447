/** A file that is written from front to back, in pieces that are gathered until they are worth a call of the system. */
import type { FileHandle } from 'node:fs/promises';
import { concatBytes, FtuError } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { type Element, encodeElements, header, ITEM, itemHeader, SEQUENCE_END } from '../dicom-out/elements.js';
import { fileStart } from '../dicom-out/file-start.js';
import { EXPLICIT_LITTLE_ENDIAN, type ResultInstance } from './result-elements.js';

const GATHERED_BYTES = 1 << 20;
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM_END = 0xfffee00d;

export class ResultFile {
  readonly #file: FileHandle;
  readonly #signal: AbortSignal | undefined;
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  /** Bytes that are written or gathered. */
  #end = 0;

  constructor(file: FileHandle, signal: AbortSignal | undefined) {
    this.#file = file;
    this.#signal = signal;
  }

  async write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#gathered += piece.length;
    }
    if (this.#gathered >= GATHERED_BYTES) await this.flush();
  }

  /** @returns where the next byte goes */
  async flush(): Promise<number> {
    await this.writeAt(this.#end, concatBytes(this.#pieces));
    this.#end += this.#gathered;
    this.#pieces = [];
    this.#gathered = 0;
    return this.#end;
  }

  /** Writes elsewhere; what is gathered stays. */
  async writeAt(position: number, bytes: Uint8Array): Promise<void> {
    if (this.#signal?.aborted) throw new FtuError('cancelled', 'interrupted');
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  }

  /** Begins a sequence whose items are written one by one. */
  beginSequence(tag: number): Promise<void> {
    return this.write(header(tag, 'SQ', UNDEFINED_LENGTH));
  }

  endSequence(): Promise<void> {
    return this.write(itemHeader(SEQUENCE_END, 0));
  }

  /** @param bytes of its elements */
  item(bytes: Uint8Array): Promise<void> {
    return this.write(itemHeader(ITEM, bytes.length), bytes);
  }

  /** Begins an item that itself holds a sequence of which the items are written one by one. @param elements before that */
  beginItem(elements: readonly Element[]): Promise<void> {
    return this.write(itemHeader(ITEM, UNDEFINED_LENGTH), encodeElements(elements));
  }

  endItem(): Promise<void> {
    return this.write(itemHeader(ITEM_END, 0));
  }
}

/**
 * Writes a file of results beside its place, then renames it.
 * @param write all behind the elements at the beginning
 * @throws {FtuError} `io`, `cancelled`
 */
export async function writeResultFile(
  path: string,
  instance: ResultInstance,
  elements: readonly Element[],
  write: (file: ResultFile) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  await writeAtomically(path, async (handle) => {
    const file = new ResultFile(handle, signal);
    await file.write(fileStart(instance.sopClass, instance.uid, EXPLICIT_LITTLE_ENDIAN), encodeElements(elements));
    await write(file);
    await file.flush();
  });
}
