/** Zeiss's CZI, as Axioscan and ZEN write it: brightfield slides in one file. */
import type { SlideFormat } from '../format.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { openCzi } from './open-czi.js';
import { isCzi } from './segments.js';

export const czi: SlideFormat = {
  name: 'Zeiss CZI',
  endings: ['czi'],
  reads: 'ranges',
  probe: ({ head }) => isCzi(head),
  open: async (source, { codecs, makeShrinker }) =>
    slideOfPages(await openCzi(source, codecs), { source, makeShrinker }),
};
