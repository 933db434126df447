/** PerkinElmer's and Akoya's QPTIFF of a brightfield scan: a TIFF in which an XML says of every page what it is. */
import type { SlideFormat } from '../format.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { beginsAsTiff } from '../tiff/structure/first-page.js';
import { openQptiff } from './open-qptiff.js';

export const qptiff: SlideFormat = {
  name: 'PerkinElmer QPTIFF',
  endings: ['qptiff'],
  reads: 'ranges',
  probe: beginsAsTiff,
  open: async (source, { codecs, makeShrinker }) => {
    const pages = await openQptiff(source, { codecs });
    return pages === undefined ? undefined : slideOfPages(pages, { source, makeShrinker });
  },
};
