/** A PNG, JPEG or WebP file as a slide in a page: decoded once, held whole. */
import { crop, resizeArea } from '@ftuseg/core';
import { embeddedProfile } from '../../icc/embedded-profile.js';
import type { Slide } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { guardSlide, type SlideReader } from '../guard-slide.js';
import { decodeJpeg, isJpeg } from './jpeg-picture.js';
import type { Picture } from './picture.js';
import { decodePng, isPng } from './png-pixels.js';
import { decodeWebp, isWebp } from './webp-picture.js';

/** Of the file; what it decodes to is checked before it is decoded. */
const MAX_FILE_BYTES = 2 ** 30;

const kinds = [
  { format: 'PNG', compression: 'Deflate', is: isPng, decode: decodePng },
  { format: 'JPEG', compression: 'JPEG', is: isJpeg, decode: decodeJpeg },
  { format: 'WEBP', compression: 'WebP', is: isWebp, decode: decodeWebp },
] as const;
type Kind = (typeof kinds)[number];

/**
 * @param source closed with the slide
 * @throws {SlideError} `unsupported` for what is no PNG, JPEG or WebP of 8 bits in grey or RGB, `bad-input` for a damaged file
 * @example
 * const slide = await openPicture(blobSource(input.files[0]));
 */
export async function openPicture(source: ByteSource): Promise<Slide> {
  const { name, size } = source;
  const head = await source.read(0, Math.min(12, size));
  const kind = kinds.find(({ is }) => is(head));
  if (kind === undefined || size > MAX_FILE_BYTES) {
    throw new SlideError('unsupported', 'this is not a PNG, JPEG or WebP picture that can be opened in a page', {
      subject: name,
      hint: 'TIFF slides are opened with openTiffSlide',
    });
  }
  const data = await source.read(0, size);
  const profile = await embeddedProfile(data);
  return asSlide(await kind.decode(data, name), kind, source, profile);
}

function asSlide(
  { image, colours, opacity }: Picture,
  { format, compression }: Kind,
  source: ByteSource,
  profile: Uint8Array | undefined,
): Slide {
  const { width, height } = image;
  const level = { width, height, downsample: 1 };
  /** The whole picture at the size that rows were last asked of. */
  let scaled = image;
  const reader: SlideReader = {
    width,
    height,
    // These formats carry printing resolutions, which say nothing about tissue.
    micronsPerPixel: undefined,
    levels: [level],
    info: {
      format,
      levels: [{ ...level, blocks: 'whole', blockWidth: width, blockHeight: height, compression }],
      micronsPerPixelFrom: undefined,
      pixels: `8-bit ${colours}${opacity ? ' with opacity' : ''}`,
      colours,
      associated: [],
    },
    readRegion: async (region, size) => {
      const part = crop(image, region);
      return size.width === part.width && size.height === part.height
        ? part
        : resizeArea(part, size.width, size.height);
    },
    readRows: async (wanted) => {
      if (scaled.width !== wanted.width || scaled.height !== wanted.height) {
        const own = wanted.width === width && wanted.height === height;
        scaled = own ? image : resizeArea(image, wanted.width, wanted.height);
      }
      return crop(scaled, { x: wanted.left, y: wanted.top, width: wanted.columns, height: wanted.rows });
    },
    readIccProfile: async () => profile,
    close: () => source.close(),
  };
  return guardSlide(reader, source.name);
}
