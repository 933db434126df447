/** Hamamatsu's NDPI: a TIFF with tags of its own, whose levels are one JPEG each. It may have more than 4 GB without being a BigTIFF. */
import type { SlideFormat } from '../format.js';
import { isDicom, isDisguised } from '../known/known-formats.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { openNdpi } from './open-ndpi.js';

/** Little-endian and classic, as all of them are. */
const BEGIN = 'II*\0';
const MIN_BYTES = 12;

export const ndpi: SlideFormat = {
  name: 'Hamamatsu NDPI',
  endings: ['ndpi'],
  reads: 'ranges',
  probe: ({ name, head }) =>
    head.length >= MIN_BYTES &&
    String.fromCharCode(...head.subarray(0, 4)) === BEGIN &&
    !isDisguised(name) &&
    !isDicom(head),
  open: async (source, { codecs, makeShrinker }) => {
    const pages = await openNdpi(source, { codecs });
    return pages === undefined ? undefined : slideOfPages(pages, { source, makeShrinker });
  },
};
