/**
 * From a directory's tags to a `TiffPage`: what cannot be shown as 8-bit colour is refused here, by name, and numbers that
 * contradict each other or the file's size never reach the code that allocates.
 */
import { SlideError } from '../slide-error.js';
import { blockIndex } from './block-index.js';
import { chromaBytes } from './chroma.js';
import { type Directory, damaged, readNumbers, type TiffEntry, type TiffFile } from './file.js';
import type { Compression, Photometric, TiffPage } from './page.js';
import { Tag, tagName } from './tags.js';

const COMPRESSIONS: ReadonlyMap<number, Compression> = new Map<number, Compression>([
  [1, 'none'],
  [5, 'lzw'],
  [7, 'jpeg'],
  [8, 'deflate'],
  [32946, 'deflate'],
  [32773, 'packbits'],
  [33003, 'jpeg-2000-ycbcr'],
  [33005, 'jpeg-2000-rgb'],
  [50000, 'zstd'],
  [50001, 'webp'],
]);

/** Compressions whose decoders give grey or RGB, whatever is inside. */
const ENCODES_COLOUR: ReadonlySet<Compression> = new Set<Compression>([
  'jpeg',
  'webp',
  'jpeg-2000-rgb',
  'jpeg-2000-ycbcr',
]);

const PHOTOMETRICS: readonly (Photometric | undefined)[] = [
  'white-is-zero',
  'black-is-zero',
  'rgb',
  'palette',
  undefined,
  undefined,
  'ycbcr',
];

const LARGEST_SIDE = 2 ** 31 - 1;
/** A block larger than this is not read in one piece by any writer's intent: 1 GiB of samples. */
const LARGEST_TILE_SIDE = 65536;

type Reader = (tag: number, fallback?: readonly number[]) => Promise<readonly number[]>;

/** @throws {SlideError} `unsupported` for what cannot be shown, `bad-input` for what contradicts itself */
export async function describePage(file: TiffFile, directory: Directory): Promise<TiffPage> {
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
    if (!(Number.isInteger(side) && side >= 1 && side <= LARGEST_SIDE)) {
      throw fail(`a picture of ${width} x ${height} pixels is impossible`);
    }
  }
  const samples = await one(Tag.SamplesPerPixel, 1);
  const format = await pixelFormat(file, directory, numbers, samples);
  const configuration = await one(Tag.PlanarConfiguration, 1);
  if (configuration !== 1 && configuration !== 2) throw fail(`planar configuration ${configuration} does not exist`);
  const planar = samples > 1 && configuration === 2;
  const tiled = entries.has(Tag.TileWidth) || entries.has(Tag.TileOffsets);
  const blockWidth = tiled ? await one(Tag.TileWidth) : width;
  const rows = tiled ? await one(Tag.TileLength) : Math.min(await one(Tag.RowsPerStrip, height), height);
  const tooLarge = tiled && (blockWidth > LARGEST_TILE_SIDE || rows > LARGEST_TILE_SIDE);
  if (!(blockWidth >= 1 && rows >= 1) || tooLarge) {
    throw fail(`${tiled ? 'tiles' : 'strips'} of ${blockWidth} x ${rows} pixels are impossible`);
  }
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / rows)];
  const blocks = across * down * (planar ? samples : 1);
  const offsets = entries.get(tiled ? Tag.TileOffsets : Tag.StripOffsets);
  const counts = entries.get(tiled ? Tag.TileByteCounts : Tag.StripByteCounts);
  if (offsets === undefined) throw fail(`tag ${tagName(tiled ? Tag.TileOffsets : Tag.StripOffsets)} is missing`);
  for (const table of [offsets, counts]) {
    if (table !== undefined && table.count < blocks) {
      throw fail(`tag ${tagName(table.tag)} has ${table.count} entries for ${blocks} ${tiled ? 'tiles' : 'strips'}`);
    }
  }
  const compression = await compressionOf(file, directory, one);
  if (counts === undefined && compression !== 'none') {
    throw fail(`tag ${tagName(tiled ? Tag.TileByteCounts : Tag.StripByteCounts)} is missing`);
  }
  const chroma = format.photometric === 'ycbcr' && !ENCODES_COLOUR.has(compression);
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
  const rowBytes = (blockWidth * (planar ? 1 : samples) * format.bits) / 8;
  const bytesOf = (index: number): number => {
    const row = Math.floor((index % (across * down)) / across);
    const blockRows = tiled ? rows : Math.min(rows, height - row * rows);
    return chroma ? chromaBytes([horizontal, vertical], blockWidth, blockRows) : rowBytes * blockRows;
  };
  const [red = 0.299, green = 0.587, blue = 0.114] = await numbers(Tag.YCbCrCoefficients, [0.299, 0.587, 0.114]);
  return {
    ...format,
    ...{ name, width, height, blocks: tiled ? 'tiles' : 'strips', blockWidth, blockHeight: rows, across, down },
    ...{ compression, chroma, samples, planar, littleEndian: file.littleEndian, subsampling: [horizontal, vertical] },
    index: blockIndex(file, name, blocks, { offsets, counts }, bytesOf),
    predictor: await predictorOf(file, name, one),
    referenceBlackWhite: await numbers(Tag.ReferenceBlackWhite, [0, 255, 128, 255, 128, 255]),
    ycbcrCoefficients: [red, green, blue],
    jpegTables: await bytesOfEntry(file, name, entries.get(Tag.JPEGTables)),
  };
}

type PixelFormat = Pick<TiffPage, 'bits' | 'photometric' | 'alpha' | 'palette'>;

async function pixelFormat(
  file: TiffFile,
  { name, entries }: Directory,
  numbers: Reader,
  samples: number,
): Promise<PixelFormat> {
  const refuse = (problem: string, hint: string): SlideError =>
    new SlideError('unsupported', `${name}: ${problem}`, { subject: file.source.name, hint });
  const bits = await numbers(Tag.BitsPerSample, [1]);
  if (bits.some((b) => b !== bits[0]) || (bits[0] !== 8 && bits[0] !== 16)) {
    throw refuse(`${[...new Set(bits)].join(', ')}-bit samples are not supported`, 'save it with 8 bits per channel');
  }
  const formats = await numbers(Tag.SampleFormat, [1]);
  if (formats.some((f) => f !== 1 && f !== 4)) {
    const what = formats.includes(3) ? 'floating-point' : formats.includes(2) ? 'signed' : 'complex';
    throw refuse(`${what} samples are not supported`, 'save it with 8 unsigned bits per channel');
  }
  const code = (await numbers(Tag.PhotometricInterpretation, [samples >= 3 ? 2 : 1]))[0] ?? 1;
  const photometric = PHOTOMETRICS[code];
  if (photometric === undefined) {
    const what = code === 5 ? 'CMYK' : code === 8 ? 'CIELab' : `photometric ${code}`;
    throw refuse(`the colour space ${what} is not supported`, 'save it as RGB');
  }
  const extra = await numbers(Tag.ExtraSamples, []);
  const last = extra.at(-1);
  const colours = photometric === 'rgb' || photometric === 'ycbcr' ? 3 : 1;
  // Some writers leave tag 338 out of four-sample RGB; the fourth is then an opacity by custom.
  const opaque = samples === colours || (samples === colours + 1 && (last === 0 || last === undefined));
  const hasAlpha = samples === colours + 1 && (last === 1 || last === 2 || (last === undefined && colours === 3));
  if (!(opaque || hasAlpha) || samples < colours) {
    throw refuse(`${samples} samples per pixel are not supported`, 'save it as grey or RGB');
  }
  const depth = bits[0] === 16 ? 16 : 8;
  const map = entries.get(Tag.ColorMap);
  let palette: Uint16Array | undefined;
  if (photometric === 'palette') {
    if (depth !== 8) throw refuse('palettes of 16-bit indices are not supported', 'save it as RGB');
    const values = map === undefined ? [] : await readNumbers(file, map, name, { limit: 3 << 16 });
    if (values.length !== 3 * 2 ** depth) {
      throw damaged(file, name, `its palette has ${values.length} entries, not ${3 * 2 ** depth}`);
    }
    palette = Uint16Array.from(values);
  }
  const alpha = !hasAlpha ? 'none' : last === 1 ? 'associated' : 'unassociated';
  return { bits: depth, photometric, alpha, palette };
}

type One = (tag: number, fallback?: number) => Promise<number>;

async function compressionOf(file: TiffFile, { name }: Directory, one: One): Promise<Compression> {
  const code = await one(Tag.Compression, 1);
  const compression = COMPRESSIONS.get(code);
  if (compression !== undefined) return compression;
  const what = code === 6 ? 'old-style JPEG (6)' : `${code}`;
  throw new SlideError('unsupported', `${name}: the compression ${what} is not supported`, {
    subject: file.source.name,
    hint: 'save it with JPEG, LZW, Deflate or no compression',
  });
}

async function predictorOf(file: TiffFile, name: string, one: One): Promise<1 | 2> {
  const predictor = await one(Tag.Predictor, 1);
  if (predictor === 1 || predictor === 2) return predictor;
  throw new SlideError('unsupported', `${name}: the predictor ${predictor} is not supported`, {
    subject: file.source.name,
  });
}

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
