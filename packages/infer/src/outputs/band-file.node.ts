/**
 * The file of one band: length of the header, header (JSON), the parts one after another, checksum. What is cut off or changed is told by the
 * checksum, so that nobody goes on from it.
 */
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Rect } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';

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

/** A band that is on the disk. */
export interface BandFile {
  readonly path: string;
  readonly header: BandHeader;
  /** Where the first part begins. */
  readonly dataAt: number;
}

/** @throws {FtuError} `io`, such as a full disk; there is then no such file */
export async function writeBandFile(
  path: string,
  header: BandHeader,
  values: Readonly<Record<PartName, ArrayBufferView>>,
): Promise<BandFile> {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(HEADER_BYTES);
  length.writeDoubleLE(text.length);
  await writeAtomically(path, async (file) => {
    let checksum = 0;
    for (const part of [length, text, ...partsOf(header).map(([name]) => bytesOf(values[name]))]) {
      // zlib takes the address of an empty array for a request to begin anew.
      if (part.length === 0) continue;
      checksum = crc32(part, checksum);
      await file.writeFile(part);
    }
    await file.writeFile(bytesOf(Uint32Array.of(checksum)));
  });
  return { path, header, dataAt: HEADER_BYTES + text.length };
}

/** Bytes of a band that are in memory while it is checked. */
const CHECKED_BYTES = 1 << 22;

/** @returns undefined for a band that is cut off or changed */
export async function openBandFile(path: string): Promise<BandFile | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const end = size - CHECKSUM_BYTES;
    if (end < HEADER_BYTES) return undefined;
    let checksum = 0;
    for (let at = 0; at < end; at += CHECKED_BYTES) {
      const part = Buffer.alloc(Math.min(CHECKED_BYTES, end - at));
      await file.read(part, 0, part.length, at);
      checksum = crc32(part, checksum);
    }
    const last = new Uint32Array(1);
    await file.read(last, 0, CHECKSUM_BYTES, end);
    if (last[0] !== checksum) return undefined;
    const start = Buffer.alloc(HEADER_BYTES);
    await file.read(start, 0, HEADER_BYTES, 0);
    const text = Buffer.alloc(start.readDoubleLE());
    await file.read(text, 0, text.length, HEADER_BYTES);
    return { path, header: JSON.parse(text.toString()), dataAt: HEADER_BYTES + text.length };
  } finally {
    await file.close();
  }
}

/** The bytes of one part. */
export async function readPart({ path, header, dataAt }: BandFile, wanted: PartName): Promise<ArrayBuffer> {
  let at = dataAt;
  for (const [name, bytes] of partsOf(header)) {
    if (name === wanted) {
      const out = new ArrayBuffer(bytes);
      const file = await open(path);
      try {
        await file.read(new Uint8Array(out), 0, bytes, at);
      } finally {
        await file.close();
      }
      return out;
    }
    at += bytes;
  }
  throw new RangeError(`there is no part ${wanted}`);
}
