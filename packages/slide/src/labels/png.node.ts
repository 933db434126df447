/**
 * PNGs as the numbers that are in them: palette indices, few bits and 16 bits stay what they were, which image libraries turn into colours.
 * Source: W3C, Portable Network Graphics (third edition). Checksums are zlib's.
 */
import { promisify } from 'node:util';
import { crc32, inflate } from 'node:zlib';
import { size } from '../formats/decoded-size.js';
import { SlideError } from '../slide-error.js';
import { blobSource } from '../source/blob-source.js';
import { openFileSource } from '../source/file-source.node.js';
import { adam7, unfilter } from './png-rows.js';
import { orientationOf, refuseTurned } from './turned.js';

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

/** Bytes that a label PNG may take when decoded; larger ones are saved as tiled TIFFs, which are read in bands. */
const MAX_BYTES = 2 ** 30;

const SIGNATURE = '89504e470d0a1a0a';
/** Channels by colour type; 1 and 5 do not exist. */
const CHANNELS: readonly (number | undefined)[] = [1, undefined, 3, 1, 2, undefined, 4];

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly channels: number;
  /** Red, green and blue of each index. */
  readonly palette: readonly (readonly [number, number, number])[] | undefined;
  /** Opacity by index, or a colour that is transparent (grey and RGB); undefined: none. */
  readonly transparency: Uint8Array | undefined;
}

export interface LabelPng extends PngHeader {
  /** Samples of all rows, interleaved; of 16 bits the number, which must not pass 255. */
  decode(): Promise<Uint8Array>;
}

/**
 * Reads a PNG's chunks; its samples are decoded when they are asked for.
 * @returns undefined for what is no PNG
 * @throws {FtuError} `not-found` or `io`; SlideError `bad-input` for a damaged file, `unsupported` for one that takes too much memory, or that its EXIF block turns
 */
export async function openLabelPng(path: string): Promise<LabelPng | undefined> {
  const file = await readPng(path);
  if (file === undefined) return undefined;
  const damaged = (problem: string, cause?: unknown): SlideError =>
    new SlideError('bad-input', `the image is damaged or cut off (${problem})`, {
      subject: path,
      hint: 'copy or export it again',
      cause,
    });
  const chunks = chunksOf(file, damaged);
  const header = chunks.find(({ type }) => type === 'IHDR')?.body;
  if (header === undefined || header.length < 13) throw damaged('it has no header');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [bits = 0, type = 0, , , interlaced] = header.subarray(8);
  const channels = CHANNELS[type];
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(bits) || (channels > 1 && bits < 8)) {
    throw damaged(`its pixels of type ${type} and ${bits} bits are impossible`);
  }
  if (width < 1 || height < 1) throw damaged(`its size of ${width} x ${height} is impossible`);
  const bytes = Math.ceil((width * channels * bits) / 8) * height;
  const all = bytes + width * height * channels;
  if (all > MAX_BYTES) {
    throw new SlideError(
      'unsupported',
      `its ${width} x ${height} pixels take ${size(all)} when decoded, and label PNGs may take ${size(MAX_BYTES)}`,
      { subject: path, hint: 'save labels as a tiled TIFF (Deflate or LZW), which is read in bands' },
    );
  }
  const exif = chunks.find(({ type: name }) => name === 'eXIf')?.body;
  // A damaged block says nothing, and libraries pass over it.
  const orientation = exif && (await orientationOf(blobSource(new Blob([Uint8Array.from(exif)]))).catch(() => 0));
  refuseTurned(orientation ?? 0, path);
  const colours = chunks.find(({ type }) => type === 'PLTE')?.body;
  if (type === 3 && colours === undefined) throw damaged('it has no palette');
  return {
    width,
    height,
    bits,
    channels,
    palette: type === 3 && colours !== undefined ? triples(colours) : undefined,
    transparency: chunks.find(({ type }) => type === 'tRNS')?.body,
    decode: async () => {
      const passes = interlaced === 1 ? adam7(width, height) : [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
      const packed = passes.map((pass) => (1 + Math.ceil((pass.width * channels * bits) / 8)) * pass.height);
      const needed = packed.reduce((sum, length) => sum + length, 0);
      const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body));
      const rows = await inflateAsync(data, { maxOutputLength: needed + 65536 }).catch((cause: unknown) => {
        throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
      });
      if (rows.length < needed) throw damaged(`it has ${rows.length} bytes of pixels where ${needed} are needed`);
      const out = new Uint8Array(width * height * channels);
      let from = 0;
      for (const [i, pass] of passes.entries()) {
        unfilter(rows.subarray(from, from + (packed[i] ?? 0)), pass, { bits, channels, out, width, path });
        from += packed[i] ?? 0;
      }
      return out;
    },
  };
}

async function readPng(path: string): Promise<Buffer | undefined> {
  const source = await openFileSource(path);
  try {
    const head = Buffer.from(await source.read(0, Math.min(8, source.size)));
    return head.toString('hex') === SIGNATURE ? Buffer.from(await source.read(0, source.size)) : undefined;
  } finally {
    await source.close();
  }
}

interface Chunk {
  readonly type: string;
  readonly body: Buffer;
}

function chunksOf(file: Buffer, damaged: (problem: string) => SlideError): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) throw damaged(`it ends within a chunk of ${length} bytes`);
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4))
      throw damaged(`its chunk ${type} is damaged`);
    chunks.push({ type, body: file.subarray(at + 8, end - 4) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw damaged('its end is missing');
}

const triples = (bytes: Uint8Array): (readonly [number, number, number])[] =>
  Array.from({ length: Math.floor(bytes.length / 3) }, (_, i) => [
    bytes[3 * i] ?? 0,
    bytes[3 * i + 1] ?? 0,
    bytes[3 * i + 2] ?? 0,
  ]);
