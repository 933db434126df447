/**
 * The file of one band: length of the header, header (JSON), the parts one after another, checksum. What is cut off or changed is told by the
 * checksum, so that nobody goes on from it.
 */
import { FtuError, type Rect } from '@ftuseg/core';
import type { FileStore } from '../file-store/file-store.js';
import { crc32 } from './crc32.js';

/** Tiles of background in a column of tiles of one of the plan's members. */
export interface BackgroundColumn {
  readonly member: number;
  readonly column: number;
  readonly tiles: number;
}

export interface BandHeader {
  readonly left: number;
  readonly columns: number;
  readonly height: number;
  readonly classes: number;
  readonly agreement: boolean;
  /** Unset: false. */
  readonly spread?: boolean | undefined;
  /** Of the runs: first level-0 column, columns, runs. */
  readonly runs: { readonly left: number; readonly columns: number; readonly count: number };
  readonly state: { readonly gridRight: number; readonly column: number };
  readonly unreadable: readonly Rect[];
  readonly background?: readonly BackgroundColumn[];
}

/** The parts of a file in order, with their bytes. */
function partsOf({ columns, height, classes, agreement, spread = false, runs }: BandHeader) {
  const pixels = columns * height * classes;
  return [
    ['counts', runs.columns * 4],
    ['starts', runs.count * 4],
    ['ends', runs.count * 4],
    ['peaks', runs.count * 4],
    ['edge', height * classes * 4],
    ['labels', runs.count],
    ['probability', pixels],
    ['agreement', agreement ? pixels : 0],
    ['spread', spread ? pixels : 0],
  ] as const;
}

export type PartName = ReturnType<typeof partsOf>[number][0];

const HEADER_BYTES = 8;
/** CRC-32 of all before it. */
const CHECKSUM_BYTES = 4;
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A band that is in the store. */
export interface BandFile {
  readonly name: string;
  readonly header: BandHeader;
  /** Where the first part begins. */
  readonly dataAt: number;
}

/** @throws {FtuError} `io`, such as a full disk; there is then no such file */
export async function writeBandFile(
  store: FileStore,
  name: string,
  header: BandHeader,
  values: Readonly<Record<PartName, ArrayBufferView>>,
): Promise<BandFile> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(HEADER_BYTES);
  new DataView(length.buffer).setFloat64(0, text.length, true);
  const parts = [length, text, ...partsOf(header).map(([part]) => bytesOf(values[part]))];
  const checksum = parts.reduce((before, part) => crc32(part, before), 0);
  await store.write(name, ...parts, bytesOf(Uint32Array.of(checksum)));
  return { name, header, dataAt: HEADER_BYTES + text.length };
}

/** Bytes of a band that are in memory while it is checked. */
const CHECKED_BYTES = 1 << 22;

const nothing = new Uint8Array(0);

/** @returns undefined for a band that is cut off or changed */
export async function openBandFile(store: FileStore, name: string): Promise<BandFile | undefined> {
  const end = ((await store.size(name)) ?? 0) - CHECKSUM_BYTES;
  if (end < HEADER_BYTES) return undefined;
  const bytes = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> =>
    (await store.read(name, { offset, length })) ?? nothing;
  let checksum = 0;
  for (let at = 0; at < end; at += CHECKED_BYTES) {
    checksum = crc32(await bytes(at, Math.min(CHECKED_BYTES, end - at)), checksum);
  }
  const last = await bytes(end, CHECKSUM_BYTES);
  if (last.length < CHECKSUM_BYTES || new Uint32Array(last.slice().buffer)[0] !== checksum) return undefined;
  const length = new DataView((await bytes(0, HEADER_BYTES)).slice().buffer).getFloat64(0, true);
  const text = new TextDecoder().decode(await bytes(HEADER_BYTES, length));
  return { name, header: JSON.parse(text), dataAt: HEADER_BYTES + length };
}

/** Where a part's bytes begin in its file, and how many they are. */
export function partAt({ header, dataAt }: BandFile, wanted: PartName): { offset: number; length: number } {
  let offset = dataAt;
  for (const [name, length] of partsOf(header)) {
    if (name === wanted) return { offset, length };
    offset += length;
  }
  throw new RangeError(`there is no part ${wanted}`);
}

/**
 * The bytes of some parts, by one read of all from the first of them to the last: a page waits longer for a file than for what is in it.
 * @throws {FtuError} `io` for a file that has been changed or removed since it was opened
 */
export async function readParts<N extends PartName>(
  store: FileStore,
  file: BandFile,
  ...wanted: readonly N[]
): Promise<Readonly<Record<N, ArrayBuffer>>> {
  const places = wanted.map((name) => ({ name, ...partAt(file, name) }));
  const offset = Math.min(...places.map((place) => place.offset));
  const length = Math.max(...places.map((place) => place.offset + place.length)) - offset;
  const bytes = await store.read(file.name, { offset, length });
  if (bytes === undefined || bytes.length < length) {
    throw new FtuError('io', 'a band of the prediction was changed or removed while it was used', {
      subject: file.name,
      hint: 'let nothing else write into this folder, and predict again',
    });
  }
  const entries = places.map(({ name, offset: at, length: size }) => {
    const isAll = size === bytes.buffer.byteLength;
    return [name, isAll ? bytes.buffer : bytes.slice(at - offset, at - offset + size).buffer];
  });
  return Object.fromEntries(entries);
}
