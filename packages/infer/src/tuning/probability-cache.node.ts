/** Probabilities on the disk while a search goes on: slides and versions of them are many, memory is not. */
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import type { SparseProbability } from './sparse-probability.js';

const INTEGERS = 4;

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A folder of the system's for temporary files; `close` removes it. */
export class ProbabilityCache {
  readonly #folder: string;
  readonly #names = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {FtuError} `io` where there is no room for temporary files */
  static async open(): Promise<ProbabilityCache> {
    const folder = await mkdtemp(join(tmpdir(), 'ftu-tune-')).catch((error: unknown) => {
      throw ioError(error, tmpdir(), 'be written');
    });
    return new ProbabilityCache(folder);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** @throws {FtuError} `io`, such as a full disk */
  async put(name: string, { width, height, channels, blocks, data }: SparseProbability): Promise<void> {
    await this.#write(name, [Int32Array.of(width, height, channels, blocks.length), blocks, data]);
  }

  async get(name: string): Promise<SparseProbability> {
    const buffer = await this.#read(name);
    const [width = 0, height = 0, channels = 0, count = 0] = new Int32Array(buffer, 0, INTEGERS);
    const blocks = new Int32Array(buffer, 4 * INTEGERS, count);
    return { width, height, channels, blocks, data: new Float32Array(buffer, 4 * (INTEGERS + count)) };
  }

  /** As `put`, for all of a slide. */
  async putWhole(name: string, { width, height, channels, data }: Raster<Float32Array>): Promise<void> {
    await this.#write(name, [Int32Array.of(width, height, channels, 0), data]);
  }

  async getWhole(name: string): Promise<Raster<Float32Array>> {
    const buffer = await this.#read(name);
    const [width = 0, height = 0, channels = 0] = new Int32Array(buffer, 0, INTEGERS);
    return raster(width, height, channels, new Float32Array(buffer, 4 * INTEGERS));
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(name: string, parts: readonly (Int32Array | Float32Array)[]): Promise<void> {
    const path = join(this.#folder, name);
    try {
      const file = await open(path, 'w');
      try {
        for (const part of parts) await file.writeFile(bytesOf(part));
      } finally {
        await file.close();
      }
    } catch (error) {
      throw ioError(error, path, 'be written');
    }
    this.#names.add(name);
  }

  async #read(name: string): Promise<ArrayBuffer> {
    const bytes = await readFile(join(this.#folder, name));
    // Node may put small files into a buffer that it shares.
    const aligned = bytes.byteOffset === 0 && bytes.buffer instanceof ArrayBuffer;
    return aligned && bytes.buffer instanceof ArrayBuffer ? bytes.buffer : new Uint8Array(bytes).buffer;
  }
}
