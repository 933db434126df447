/**
 * One level as a file, written while its frames are made: the header is written last, over its place, when the table of frames and the ratio of
 * compression are known. Source: PS3.10, chapter 7; PS3.5, A.4.
 */
import type { FileHandle } from 'node:fs/promises';
import { concatBytes } from '@ftuseg/core';
import { type Element, encodeElements, header, ITEM, isEven, itemHeader, SEQUENCE_END } from './elements.js';
import { fileStart } from './file-start.js';
import { type LevelFacts, type SeriesFacts, slideElements, WHOLE_SLIDE } from './slide-elements.js';

/** Up to this size without compression, offsets of 32 bits reach every frame. */
const MAX_BASIC_BYTES = 2 ** 31;

export type InstanceFacts = Omit<LevelFacts, 'ratio'>;

export class InstanceFile {
  readonly #file: FileHandle;
  readonly #series: SeriesFacts;
  readonly #facts: InstanceFacts;
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  readonly #start: number;
  #end: number;

  constructor(file: FileHandle, series: SeriesFacts, facts: InstanceFacts) {
    this.#file = file;
    this.#series = series;
    this.#facts = facts;
    this.#start = this.#header().length;
    this.#end = this.#start;
  }

  /** @param tiles in the form of the level, row by row */
  async append(tiles: readonly Uint8Array[]): Promise<void> {
    const { frameOf } = this.#facts.coding;
    const frames = tiles.map(frameOf);
    const parts: (Uint8Array | readonly number[])[] = [];
    let at = this.#end;
    for (const frame of frames) {
      const length = frame.length + (frame.length % 2);
      this.#offsets.push(at - this.#start);
      this.#lengths.push(frame.length);
      parts.push(itemHeader(ITEM, length), frame, isEven(frame) ? [] : [0]);
      at += 8 + length;
    }
    await this.#write(concatBytes(parts), this.#end);
    this.#end = at;
  }

  /** Writes what stands behind the frames and before them. */
  async finish(): Promise<void> {
    if (this.#offsets.length !== this.#facts.frames) {
      throw new RangeError(`${this.#offsets.length} frames of ${this.#facts.frames}`);
    }
    await this.#write(itemHeader(SEQUENCE_END, 0), this.#end);
    await this.#write(this.#header(), 0);
  }

  async #write(data: Uint8Array, at: number): Promise<void> {
    for (let written = 0; written < data.length; ) {
      const { bytesWritten } = await this.#file.write(data, written, data.length - written, at + written);
      written += bytesWritten;
    }
  }

  /** Everything before the first frame; of one length from the first frame to the last. */
  #header(): Uint8Array {
    const { frames, tileWidth, tileHeight, coding, uid } = this.#facts;
    const raw = frames * tileWidth * tileHeight * (coding.photometric === 'MONOCHROME2' ? 1 : 3);
    const stored = this.#lengths.reduce((sum, length) => sum + length, 0);
    const isBasic = raw <= MAX_BASIC_BYTES;
    const facts = { ...this.#facts, ratio: stored === 0 ? 1 : raw / stored };
    const elements: Element[] = slideElements(this.#series, facts);
    const extended: Element[] = [
      [0x7fe00001, 'OV', this.#table(this.#offsets, 8)],
      [0x7fe00002, 'OV', this.#table(this.#lengths, 8)],
    ];
    const basic = isBasic ? this.#table(this.#offsets, 4) : new Uint8Array(0);
    return concatBytes([
      fileStart(WHOLE_SLIDE, uid, coding.syntax),
      encodeElements(isBasic ? elements : [...elements, ...extended]),
      header(0x7fe00010, 'OB', 0xffffffff),
      itemHeader(ITEM, basic.length),
      basic,
    ]);
  }

  /** Numbers of all frames, those to come as zero. */
  #table(values: readonly number[], bytes: 4 | 8): Uint8Array {
    const view = new DataView(new ArrayBuffer(bytes * this.#facts.frames));
    for (const [i, value] of values.entries()) {
      if (bytes === 4) view.setUint32(4 * i, value, true);
      else view.setBigUint64(8 * i, BigInt(value), true);
    }
    return new Uint8Array(view.buffer);
  }
}
