/**
 * JPEG 2000 blocks (Aperio's compressions 33003 and 33005: bare codestreams). OpenJPEG, compiled to WebAssembly, decodes them;
 * what the codestream says of itself is held against the block first. Source: ITU-T T.800, annex A.
 */
import type { EncodedBlock } from './codecs.js';

interface OpenJpegDecoder {
  getEncodedBuffer(bytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  delete(): void;
}

export interface OpenJpeg {
  readonly J2KDecoder: new () => OpenJpegDecoder;
}

/** @param load starts the library once; where it lies differs between runtimes */
export function jpeg2000Decoder(load: () => Promise<OpenJpeg>): (block: EncodedBlock) => Promise<Uint8Array> {
  let library: Promise<OpenJpeg> | undefined;
  return async (block) => {
    checkCodestream(block);
    library ??= load();
    const decoder = new (await library).J2KDecoder();
    try {
      decoder.getEncodedBuffer(block.data.length).set(block.data);
      decoder.decode();
      const decoded = decoder.getDecodedBuffer().slice();
      if (block.page.compression === 'jpeg-2000-ycbcr' && block.samples === 3) toRgb(decoded);
      return decoded;
    } catch (cause) {
      // The library throws numbers: addresses of C++ exceptions.
      throw cause instanceof Error ? cause : new Error('OpenJPEG cannot decode it');
    } finally {
      decoder.delete();
    }
  };
}

/** Reads the SIZ marker: a codestream that promises other pixels than the block has never reaches the decoder. */
function checkCodestream({ data, width, height, samples }: EncodedBlock): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 42 || view.getUint32(0) !== 0xff4fff51)
    throw new Error('it does not start as a JPEG 2000 codestream');
  const columns = view.getUint32(8) - view.getUint32(16);
  const rows = view.getUint32(12) - view.getUint32(20);
  const components = view.getUint16(40);
  if (columns !== width || rows !== height || components !== samples) {
    throw new Error(
      `it has ${columns} x ${rows} x ${components} where the block has ${width} x ${height} x ${samples}`,
    );
  }
  const [tileColumns, tileRows] = [view.getUint32(24), view.getUint32(28)];
  // A tile table of a million entries for a block of 256 x 256 is an attack, not a picture.
  if (tileColumns === 0 || tileRows === 0 || Math.ceil(columns / tileColumns) * Math.ceil(rows / tileRows) > 4096) {
    throw new Error(`its tiles of ${tileColumns} x ${tileRows} are impossible`);
  }
  for (let c = 0; c < components; c++) {
    const [depth, across, down] = [data[42 + 3 * c], data[43 + 3 * c], data[44 + 3 * c]];
    if (depth !== 7) throw new Error('its components do not have 8 bits');
    if (across !== 1 || down !== 1) throw new Error('subsampled chroma inside JPEG 2000 is not supported');
  }
}

/** Full-range YCbCr of JFIF, in place. */
function toRgb(pixels: Uint8Array): void {
  const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const y = pixels[i] as number;
    const [blue, red] = [(pixels[i + 1] as number) - 128, (pixels[i + 2] as number) - 128];
    pixels[i] = byte(y + 1.402 * red);
    pixels[i + 1] = byte(y - 0.344136 * blue - 0.714136 * red);
    pixels[i + 2] = byte(y + 1.772 * blue);
  }
}
