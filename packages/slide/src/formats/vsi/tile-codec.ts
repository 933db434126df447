/** How tiles of an .ets are stored. What each says of itself is held against the header: a tile of another size would be shown cut off or beside others. */
import type { Codec, EncodedBlock, Photometric } from '../../codecs/codec.js';
import { type JpegHeader, parseJpegHeader } from '../ndpi/jpeg-header.js';
import { decodePng } from '../picture/png-pixels.js';
import { damagedVsi, unsupportedVsi } from './errors.js';
import type { ReadableHeader } from './ets-header.js';

export interface TileCodec {
  readonly codec: Codec;
  readonly compression: string;
  readonly photometric: Photometric;
}

/**
 * @param first the bytes of one tile, by which the colours of all JPEGs are known
 * @param codecs of the runtime
 * @throws {SlideError} `bad-input` for a tile that is no JPEG
 */
export function tileCodec(
  { file, compression, samples, isBlueFirst }: ReadableHeader,
  first: Uint8Array,
  codecs: readonly Codec[],
  subject: string,
): TileCodec {
  const plain = samples === 1 ? 'black-is-zero' : 'rgb';
  const named = (name: string): Codec => {
    const found = codecs.find((codec) => codec.name === name);
    if (found === undefined) throw unsupportedVsi(subject, `${file}: there is no decoder for ${name}`);
    return found;
  };
  if (compression === 'none') {
    const blueFirst = isBlueFirst && samples === 3;
    return blueFirst
      ? { codec: uncompressedBgr, compression: uncompressedBgr.name, photometric: plain }
      : { codec: named('none'), compression: 'none', photometric: plain };
  }
  if (compression === 'png') return { codec: png, compression: png.name, photometric: plain };
  if (compression === 'jpeg-2000') {
    return { codec: named('jpeg-2000'), compression: 'jpeg-2000-rgb', photometric: plain };
  }
  try {
    const { colours } = headerOf(first);
    const photometric = samples === 1 ? plain : colours;
    return { codec: checkedJpeg(named('jpeg'), colours), compression: 'jpeg', photometric };
  } catch (error) {
    throw damagedVsi(subject, `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const uncompressedBgr: Codec = {
  name: 'uncompressed, blue first',
  codes: [],
  lossless: true,
  decode: ({ data }) => {
    const out = new Uint8Array(data.length);
    for (let i = 0; i + 2 < data.length; i += 3) {
      out[i] = data[i + 2] as number;
      out[i + 1] = data[i + 1] as number;
      out[i + 2] = data[i] as number;
    }
    return out;
  },
};

const PNG_SIZE_AT = 16;

const png: Codec = {
  name: 'png',
  codes: [],
  lossless: true,
  decode: async ({ data, width, height, samples, where }) => {
    const size =
      data.length < PNG_SIZE_AT + 8 ? undefined : new DataView(data.buffer, data.byteOffset + PNG_SIZE_AT, 8);
    // Before anything is decoded: a few bytes may state any size.
    if (size?.getUint32(0) !== width || size.getUint32(4) !== height) {
      throw new Error(`it is no PNG of ${width} x ${height} pixels`);
    }
    const rgb = await decodePng(data, where).catch((error: unknown) => {
      throw new Error(error instanceof Error ? error.message : String(error));
    });
    return samples === 3 ? rgb.image.data : rgb.image.data.filter((_, i) => i % 3 === 0);
  },
};

function headerOf(data: Uint8Array): JpegHeader {
  const header = parseJpegHeader(data);
  if (header === undefined) throw new Error('the header of its JPEG is cut off');
  return header;
}

/** Decodes JPEGs of the size of their tile and of the colours of the first one. */
function checkedJpeg(codec: Codec, colours: JpegHeader['colours']): Codec {
  return {
    ...codec,
    decode: (block: EncodedBlock) => {
      const { width, height, samples } = block;
      const header = headerOf(block.data);
      if (header.width !== width || header.height !== height || header.components !== samples) {
        const found = `${header.width} x ${header.height} x ${header.components}`;
        throw new Error(`it has ${found} where the tile has ${width} x ${height} x ${samples}`);
      }
      if (samples === 3 && header.colours !== colours)
        throw new Error('its colours are others than those of the first tile');
      return codec.decode(block);
    },
  };
}
