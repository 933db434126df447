/**
 * From a directory's tags to a `TiffPage`: what cannot be shown as 8-bit colour is refused here, by name, and numbers that
 * contradict each other or the file's size never reach the code that allocates.
 */
import { type Codec, rowBytesOf } from '../../../codecs/codec.js';
import { SlideError } from '../../../slide-error.js';
import type { TiffPage } from '../page.js';
import { chromaBytes } from '../pixels/chroma.js';
import { blockIndex } from './block-index.js';
import { type Directory, damaged, readNumbers, type TiffEntry, type TiffFile } from './file.js';
import { type PageOptions, pixelFormat, type Reader } from './pixel-format.js';
import { Tag, tagName } from './tags.js';

/** Compressions that others have names for, and those that a page may lack. */
const otherCompressions: ReadonlyMap<number, string> = new Map([
  [2, 'CCITT (2)'],
  [3, 'CCITT fax 3 (3)'],
  [4, 'CCITT fax 4 (4)'],
  [6, 'old-style JPEG (6)'],
  [33003, 'JPEG 2000 (33003)'],
  [33004, 'JPEG 2000 (33004)'],
  [33005, 'JPEG 2000 (33005)'],
  [34712, 'JPEG 2000 (34712)'],
  [32809, 'ThunderScan (32809)'],
  [34676, 'SGI LogLuv (34676)'],
  [34677, 'SGI LogLuv (34677)'],
  [34887, 'LERC (34887)'],
  [34925, 'LZMA (34925)'],
  [34934, 'JPEG XR (34934)'],
  [22610, 'JPEG XR (22610)'],
  [50002, 'JPEG XL (50002)'],
  [52546, 'JPEG XL (52546)'],
]);

const MAX_SIDE = 2 ** 31 - 1;
/** A block larger than this is not read in one piece by any writer's intent: 1 GiB of samples. */
const MAX_TILE_SIDE = 65536;

/** @throws {SlideError} `unsupported` for what cannot be shown, `bad-input` for what contradicts itself */
export async function describePage(file: TiffFile, directory: Directory, options: PageOptions): Promise<TiffPage> {
  const { name, entries } = directory;
  const fail = (problem: string): SlideError => damaged(file, name, problem);
  const numbers: Reader = async (tag, fallback) => {
    const entry = entries.get(tag);
    if (entry !== undefined) return readNumbers(file, entry, name, { limit: 3 << 16 });
    if (fallback === undefined) throw fail(`tag ${tagName(tag)} is missing`);
    return fallback;
  };
  const one = async (tag: number, fallback?: number): Promise<number> =>
    (await numbers(tag, fallback === undefined ? undefined : [fallback]))[0] ?? fallback ?? 0;

  const [width, height] = [await one(Tag.ImageWidth), await one(Tag.ImageLength)];
  for (const side of [width, height]) {
    if (!(Number.isInteger(side) && side >= 1 && side <= MAX_SIDE)) {
      throw fail(`a picture of ${width} x ${height} pixels is impossible`);
    }
  }
  const samples = await one(Tag.SamplesPerPixel, 1);
  const format = await pixelFormat(file, directory, numbers, samples, options);
  const configuration = await one(Tag.PlanarConfiguration, 1);
  if (configuration !== 1 && configuration !== 2) throw fail(`planar configuration ${configuration} does not exist`);
  const planar = samples > 1 && configuration === 2;
  const tiled = entries.has(Tag.TileWidth) || entries.has(Tag.TileOffsets);
  const blockWidth = tiled ? await one(Tag.TileWidth) : width;
  const rows = tiled ? await one(Tag.TileLength) : Math.min(await one(Tag.RowsPerStrip, height), height);
  const tooLarge = tiled && (blockWidth > MAX_TILE_SIDE || rows > MAX_TILE_SIDE);
  if (!(blockWidth >= 1 && rows >= 1) || tooLarge) {
    throw fail(`${tiled ? 'tiles' : 'strips'} of ${blockWidth} x ${rows} pixels are impossible`);
  }
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / rows)];
  const blocks = across * down * (planar ? samples : 1);
  // Some writers list tiles in the tags of strips.
  const offsets = (tiled ? entries.get(Tag.TileOffsets) : undefined) ?? entries.get(Tag.StripOffsets);
  const counts = (tiled ? entries.get(Tag.TileByteCounts) : undefined) ?? entries.get(Tag.StripByteCounts);
  if (offsets === undefined) throw fail(`tag ${tagName(tiled ? Tag.TileOffsets : Tag.StripOffsets)} is missing`);
  for (const table of [offsets, counts]) {
    if (table !== undefined && table.count < blocks) {
      throw fail(`tag ${tagName(table.tag)} has ${table.count} entries for ${blocks} ${tiled ? 'tiles' : 'strips'}`);
    }
  }
  const { codec, compression } = await compressionOf(file, name, one, format.photometric, options);
  const compressed = compression !== 'none';
  if (counts === undefined && compressed) {
    throw fail(`tag ${tagName(tiled ? Tag.TileByteCounts : Tag.StripByteCounts)} is missing`);
  }
  const picture = codec.pictureBits !== undefined;
  if (picture) checkEncoded(file, name, { codec, compression, planar, samples, ...format });
  // JPEG and JPEG 2000 streams have an order of their own, which the tag does not change.
  const reversedBits = (await one(Tag.FillOrder, 1)) === 2 && codec.ownBitOrder !== true;
  const chroma = format.photometric === 'ycbcr' && !picture;
  if (chroma && (planar || format.bits !== 8 || samples !== 3 || (await one(Tag.Predictor, 1)) !== 1)) {
    throw new SlideError(
      'unsupported',
      `${name}: YCbCr samples in planes, with predictor, opacity or 16 bits are not supported`,
      {
        subject: file.source.name,
        hint: 'save it as RGB',
      },
    );
  }
  const [horizontal = 2, vertical = 2] = await numbers(Tag.YCbCrSubSampling, [2, 2]);
  const known = [1, 2, 4];
  if (format.photometric === 'ycbcr' && !(known.includes(horizontal) && known.includes(vertical))) {
    throw fail(`chroma subsampling ${horizontal} x ${vertical} does not exist`);
  }
  const rowBytes = rowBytesOf(format, blockWidth * (planar ? 1 : samples));
  const bytesOf = (index: number): number => {
    const row = Math.floor((index % (across * down)) / across);
    const blockRows = tiled ? rows : Math.min(rows, height - row * rows);
    return chroma ? chromaBytes([horizontal, vertical], blockWidth, blockRows) : rowBytes * blockRows;
  };
  const weights = await numbers(Tag.YCbCrCoefficients, REC_601);
  const [red = 0, green = 0, blue = 0] = weights.every((weight) => weight > 0) ? weights : REC_601;
  return {
    ...format,
    name,
    width,
    height,
    blocks: tiled ? 'tiles' : 'strips',
    blockWidth,
    blockHeight: rows,
    across,
    down,
    codec,
    compression,
    chroma,
    samples,
    planar,
    littleEndian: file.littleEndian,
    subsampling: [horizontal, vertical],
    index: blockIndex(file, name, blocks, { offsets, counts }, compressed ? undefined : bytesOf),
    predictor: await predictorOf(file, name, one, codec, format.bits),
    reversedBits,
    content: options.content,
    referenceBlackWhite: await numbers(Tag.ReferenceBlackWhite, [0, 255, 128, 255, 128, 255]),
    ycbcrCoefficients: [red, green, blue],
    jpegTables: await bytesOfEntry(file, name, entries.get(Tag.JPEGTables)),
    iccProfile: placeOf(file, entries.get(Tag.IccProfile)),
  };
}

/** Pictures inside blocks have 8 bits, JPEG 2000 up to 16, and as many samples as are decoded together. */
function checkEncoded(
  file: TiffFile,
  name: string,
  page: Pick<TiffPage, 'codec' | 'compression' | 'bits' | 'photometric' | 'sampleFormat' | 'planar' | 'samples'>,
): void {
  const { codec, compression, bits, photometric, sampleFormat, planar, samples } = page;
  const refuse = (problem: string, hint = 'save it with 8 bits per channel'): SlideError =>
    new SlideError('unsupported', `${name}: ${problem}`, { subject: file.source.name, hint });
  if (codec.pictureBits?.includes(bits) !== true || sampleFormat !== 'unsigned') {
    throw refuse(`${bits}-bit ${sampleFormat} samples in ${compression} are not supported`);
  }
  if (planar && photometric === 'ycbcr') throw refuse(`YCbCr in planes of ${compression} is not supported`);
  if (!planar && codec.pictureSamples?.includes(samples) === false) {
    const what = photometric === 'cmyk' ? ['CMYK', 'is'] : [`${samples} samples per pixel`, 'are'];
    throw refuse(`${what[0]} in ${codec.name} ${what[1]} not supported`, 'save it as grey or RGB without opacity');
  }
}

/** Shares of red, green and blue in luma where the file states none. */
const REC_601 = [0.299, 0.587, 0.114] as const;

type One = (tag: number, fallback?: number) => Promise<number>;

async function compressionOf(
  file: TiffFile,
  name: string,
  one: One,
  photometric: TiffPage['photometric'],
  { aperio = false, codecs }: PageOptions,
): Promise<Pick<TiffPage, 'codec' | 'compression'>> {
  const code = await one(Tag.Compression, 1);
  const codec = codecs.find(({ codes }) => codes.includes(code));
  if (codec !== undefined) return { codec, compression: codec.nameOf?.({ code, photometric, aperio }) ?? codec.name };
  throw new SlideError(
    'unsupported',
    `${name}: the compression ${otherCompressions.get(code) ?? code} is not supported`,
    {
      subject: file.source.name,
      hint: 'save it with JPEG, LZW, Deflate or no compression',
    },
  );
}

async function predictorOf(
  file: TiffFile,
  name: string,
  one: One,
  { name: compression, predicts }: Codec,
  bits: number,
): Promise<1 | 2> {
  const predictor = await one(Tag.Predictor, 1);
  if (predictor === 1 || predicts !== true) return 1;
  if (predictor === 2 && (bits === 8 || bits === 16 || bits === 32)) return 2;
  throw new SlideError(
    'unsupported',
    `${name}: the predictor ${predictor} with ${bits}-bit samples and compression ${compression} is not supported`,
    { subject: file.source.name, hint: 'save it without a predictor' },
  );
}

const placeOf = ({ source }: TiffFile, entry: TiffEntry | undefined): TiffPage['iccProfile'] =>
  entry === undefined ? undefined : { source, offset: entry.offset, bytes: entry.bytes };

async function bytesOfEntry(
  file: TiffFile,
  name: string,
  entry: TiffEntry | undefined,
): Promise<Uint8Array | undefined> {
  if (entry === undefined) return undefined;
  if (entry.bytes > 1 << 16)
    throw damaged(file, `${name}, tag ${tagName(entry.tag)}`, `${entry.bytes} bytes of tables`);
  return file.source.read(entry.offset, entry.bytes);
}
