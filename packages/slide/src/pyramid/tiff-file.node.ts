/** A BigTIFF while it is written: tiles first, in whatever order they come, then the directories, and last the header that leads to them. */
import type { FileHandle } from 'node:fs/promises';
import { bigTiffHeader, encodeDirectory } from './directory.js';
import { levelFields, type SlideFacts, type StoredLevel } from './level-fields.js';

const HEADER_BYTES = 16;
/** Tiles that are compressed at one time. */
const UNDER_WAY = 16;

export class TiffFile {
  readonly #file: FileHandle;
  #end = HEADER_BYTES;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param indexOf number of the tile that is the i-th of `tiles`, row by row in the level */
  async append(level: StoredLevel, tiles: readonly Uint8Array[], indexOf: (i: number) => number): Promise<void> {
    let at = this.#end;
    for (const [i, { length }] of tiles.entries()) {
      level.offsets[indexOf(i)] = at;
      level.counts[indexOf(i)] = length;
      at += length;
    }
    await this.#write(Buffer.concat(tiles));
  }

  /** Tiles that are still to be compressed, some at a time. @param indexOf as `append` has it */
  async appendEncoded(
    level: StoredLevel,
    count: number,
    encode: (i: number) => Promise<Uint8Array>,
    indexOf: (i: number) => number,
  ): Promise<void> {
    for (let first = 0; first < count; first += UNDER_WAY) {
      const some = Array.from({ length: Math.min(UNDER_WAY, count - first) }, (_, i) => encode(first + i));
      await this.append(level, await Promise.all(some), (i) => indexOf(first + i));
    }
  }

  /**
   * @param levels the largest first
   * @param layout `pages`: a page for each level; `sub-images`: one page, whose smaller levels are its sub-images, as OME-TIFF has them
   */
  async finish(
    levels: readonly StoredLevel[],
    facts: SlideFacts,
    layout: 'pages' | 'sub-images' = 'pages',
  ): Promise<void> {
    if (this.#end % 8 !== 0) await this.#write(new Uint8Array(8 - (this.#end % 8)));
    const { micronsPerPixel } = facts;
    const fields = levels.map((level, i) => levelFields(level, i === 0 ? facts : { micronsPerPixel }));
    const [first = {}, ...smaller] = fields;
    if (layout === 'pages') {
      const header = bigTiffHeader(this.#end);
      for (const [i, level] of fields.entries()) {
        await this.#write(encodeDirectory(level, this.#end, i === fields.length - 1));
      }
      return this.#writeHeader(header);
    }
    const offsets: number[] = [];
    for (const level of smaller) {
      offsets.push(this.#end);
      await this.#write(encodeDirectory(level, this.#end, true));
    }
    const header = bigTiffHeader(this.#end);
    const subImages = offsets.length === 0 ? {} : { SubIFDs: { type: 'long8', values: offsets } as const };
    await this.#write(encodeDirectory({ ...first, ...subImages }, this.#end, true));
    await this.#writeHeader(header);
  }

  async #write(data: Uint8Array): Promise<void> {
    const at = this.#end;
    this.#end += data.length;
    for (let written = 0; written < data.length; ) {
      const { bytesWritten } = await this.#file.write(data, written, data.length - written, at + written);
      written += bytesWritten;
    }
  }

  async #writeHeader(header: Uint8Array): Promise<void> {
    await this.#file.write(header, 0, header.length, 0);
  }
}
