/** A PNG or JPEG file as a slide in a page: decoded once, held whole. */
import { crop, resizeArea } from '@ftuseg/core';
import type { Slide } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { guardSlide, type SlideReader } from '../guard-slide.js';
import { decodeJpeg, isJpeg } from './jpeg-picture.js';
import { decodePng, isPng, type Picture } from './png-pixels.js';

/** Of the file; what it decodes to is checked before it is decoded. */
const MAX_FILE_BYTES = 2 ** 30;

/**
 * @param source closed with the slide
 * @throws {SlideError} `unsupported` for what is no PNG or JPEG of 8 bits in grey or RGB, `bad-input` for a damaged file
 * @example
 * const slide = await openPicture(blobSource(input.files[0]));
 */
export async function openPicture(source: ByteSource): Promise<Slide> {
  const { name, size } = source;
  const head = await source.read(0, Math.min(8, size));
  const decode = isPng(head) ? decodePng : isJpeg(head) ? decodeJpeg : undefined;
  if (decode === undefined || size > MAX_FILE_BYTES) {
    throw new SlideError('unsupported', 'this is not a PNG or JPEG picture that can be opened in a page', {
      subject: name,
      hint: 'TIFF slides are opened with openTiffSlide',
    });
  }
  const picture = await decode(await source.read(0, size), name);
  return asSlide(picture, decode === decodePng ? ['PNG', 'Deflate'] : ['JPEG', 'JPEG'], source);
}

function asSlide({ image, pixels }: Picture, [format, compression]: readonly string[], source: ByteSource): Slide {
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
      format: format ?? '',
      levels: [{ ...level, blocks: 'whole', blockWidth: width, blockHeight: height, compression: compression ?? '' }],
      micronsPerPixelFrom: undefined,
      pixels,
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
    close: () => source.close(),
  };
  return guardSlide(reader, source.name);
}
