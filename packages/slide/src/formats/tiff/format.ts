/** TIFF and BigTIFF, and what is made of them: Aperio SVS, OME-TIFF, plain NDPI. */
import { SlideError } from '../../slide-error.js';
import type { SlideFormat } from '../format.js';
import { isDicom, isDisguised } from '../known/known-formats.js';
import { openTiffSlide } from './tiff-slide.js';

/** Both orders of bytes, TIFF and BigTIFF. */
const BEGIN = /^(II[*+]\0|MM\0[*+])/;
/** The header of a TIFF. */
const MIN_BYTES = 8;

/** Some files of this scanner are plain TIFFs; those of more than 4 GB, or of more than 65,500 pixels a side, only look like one. */
const otherNdpi = ({ problem }: SlideError, subject: string): SlideError =>
  new SlideError('unsupported', `this Hamamatsu NDPI file is not supported (${problem})`, {
    subject,
    hint: 'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg` (libvips with OpenSlide)',
  });

export const tiff: SlideFormat = {
  name: 'TIFF',
  endings: ['tif', 'tiff', 'svs'],
  reads: 'ranges',
  isBase: true,
  probe: ({ name, head }) =>
    head.length >= MIN_BYTES &&
    BEGIN.test(String.fromCharCode(...head.subarray(0, 4))) &&
    !isDisguised(name) &&
    !isDicom(head),
  open: (source, runtime) =>
    openTiffSlide(source, runtime).catch((error: unknown) => {
      throw /\.ndpi$/i.test(source.name) && error instanceof SlideError ? otherNdpi(error, source.name) : error;
    }),
};
