/** A picture of a slide (a level, a label) as a page, of the one file or the several that hold its frames. */
import type { Codec, Photometric } from '../../codecs/codec.js';
import { jpegColours, MARKER_BYTES } from '../../codecs/jpeg/jpeg-colours.js';
import type { ByteSource } from '../../source/byte-source.js';
import { refuseBomb } from '../decoded-size.js';
import { type BlockIndex, type BlockPlace, PLAIN_SAMPLES, type TiffPage } from '../tiff/page.js';
import { type FrameIndex, itemFrames } from './frames/item-frames.js';
import { plainFrames } from './frames/plain-frames.js';
import type { Instance, OpticalPath } from './instance.js';
import { type PixelLayout, pixelLayout } from './pixel-layout.js';
import { damaged } from './structure/cursor.js';
import { placeOf } from './structure/data-set.js';
import { Tag } from './structure/tags.js';
import { type TileFrames, tileFrames } from './tile-frames.js';

export interface Picture extends Pick<TileFrames, 'plane' | 'planes'> {
  readonly page: TiffPage;
  readonly path: OpticalPath | undefined;
  readonly notes: readonly string[];
}

/**
 * @param parts in their order
 * @param name for messages, of no other picture of the slide
 * @param plane height of the focal plane that is wanted, micrometres
 */
export async function describePicture(
  parts: readonly [Instance, ...Instance[]],
  name: string,
  codecs: readonly Codec[],
  plane: number,
): Promise<Picture> {
  const [first] = parts;
  const { syntax, source } = first.file;
  const layout = pixelLayout(first);
  for (const { file } of parts.slice(1)) {
    if (file.syntax.codec === syntax.codec && file.syntax.isEncapsulated === syntax.isEncapsulated) continue;
    throw damaged(file.source.name, 'its transfer syntax', `it is another than that of ${source.name}`);
  }
  const codec = codecs.find((one) => one.name === syntax.codec);
  if (codec === undefined) throw new RangeError(`no codec ${syntax.codec}`);
  const tiles = tileFrames(parts, layout.samples, plane);
  const files = parts.filter(({ file }) => file.framesOf === undefined);
  const size = files.reduce((sum, { file }) => sum + file.source.size, 0);
  // A server does not say how much it stores: each of its frames is bounded when it comes.
  if (files.length > 0) refuseBomb(`${name}: `, tiles.count * layout.frameBytes, { name: source.name, size });
  const frames = parts.map((part) => framesOf(part, layout));
  const index = blockIndex(frames, tiles, layout);
  const photometric =
    syntax.codec === 'jpeg' && layout.samples === 3
      ? await coloursOfFrame(await index.locate(tiles.firstTile), layout.photometric)
      : layout.photometric;
  const path = first.paths[tiles.path];
  const page: TiffPage = {
    ...PLAIN_SAMPLES,
    name,
    width: first.width,
    height: first.height,
    blocks: 'tiles',
    blockWidth: first.tileWidth,
    blockHeight: first.tileHeight,
    across: tiles.across,
    down: tiles.down,
    index,
    codec,
    compression: codec.nameOf?.({ code: 0, photometric, aperio: false }) ?? codec.name,
    photometric,
    samples: layout.samples,
    bits: layout.bits,
    usedBits: layout.usedBits,
    chroma: layout.chroma,
    subsampling: layout.subsampling,
    // Full range, as JPEG has it (PS3.3, C.7.6.3.1.2).
    referenceBlackWhite: [0, 255, 128, 255, 128, 255],
    planar: layout.planar,
    littleEndian: true,
    blank: 255,
    iccProfile: profileOf(path, source),
  };
  return { page, path, plane: tiles.plane, planes: tiles.planes, notes: tiles.notes };
}

const profileOf = (path: OpticalPath | undefined, source: ByteSource): TiffPage['iccProfile'] =>
  path?.profile?.length === undefined ? undefined : { source, offset: path.profile.offset, bytes: path.profile.length };

/** Where the frames of one file lie. */
function framesOf({ file, frames }: Instance, { frameBytes }: PixelLayout): FrameIndex {
  const { set, source, syntax } = file;
  if (file.framesOf !== undefined) return file.framesOf({ frameBytes });
  const pixels = placeOf(set, Tag.PixelData);
  if (pixels === undefined) throw damaged(source.name, 'the file', 'it has no pixel data');
  const { offset, length } = pixels;
  if (!syntax.isEncapsulated) {
    if (length === undefined) throw damaged(source.name, 'the pixel data', 'their length is not stated');
    return plainFrames({ source, frames, offset, length, frameBytes });
  }
  if (length !== undefined) throw damaged(source.name, 'the pixel data', 'they are not in items, as their syntax says');
  const offsets = placeOf(set, Tag.ExtendedOffsetTable);
  const lengths = placeOf(set, Tag.ExtendedOffsetTableLengths);
  const extended = offsets !== undefined && lengths !== undefined ? { offsets, lengths } : undefined;
  return itemFrames({ source, frames, offset, extended, begins: BEGINS[syntax.codec] });
}

/** How the first bytes of a compressed frame look. */
const BEGINS: Readonly<Record<string, ((first: DataView) => boolean) | undefined>> = {
  jpeg: (first) => first.getUint32(0) >>> 8 === 0xffd8ff,
  'jpeg-ls': (first) => first.getUint32(0) >>> 8 === 0xffd8ff,
  // A codestream, or the boxes of a .jp2 file.
  'jpeg-2000': (first) => first.getUint32(0) === 0xff4fff51 || first.getUint32(0) === 12,
};

function blockIndex(frames: readonly FrameIndex[], tiles: TileFrames, layout: PixelLayout): BlockIndex {
  const count = tiles.across * tiles.down;
  const planeBytes = layout.frameBytes / layout.samples;
  return {
    length: layout.planar ? count * layout.samples : count,
    locate: async (block) => {
      const tile = layout.planar ? block % count : block;
      const found = tiles.frameOf(tile);
      if (found === undefined) return { offset: 0, bytes: 0 };
      const place = await (frames[found.file] as FrameIndex).locate(found.frame);
      // An empty block is one that was left out, and here a frame was announced.
      if (place.bytes === 0) throw damaged(place.source.name, `frame ${found.frame}`, 'it is empty');
      if (!layout.planar) return place;
      const plane = Math.floor(block / count);
      return { ...place, offset: place.offset + plane * planeBytes, bytes: planeBytes };
    },
  };
}

/** By which the slide's info names them; each frame is decoded by its own. */
async function coloursOfFrame(place: BlockPlace, photometric: Photometric): Promise<Photometric> {
  const { source, offset, bytes, read } = place;
  if (read !== undefined) return jpegColours(await read(undefined), photometric);
  if (source === undefined) return photometric;
  return jpegColours(await source.read(offset, Math.min(bytes, MARKER_BYTES)), photometric);
}
