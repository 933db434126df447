/** Philips' TIFF: a tiled pyramid whose sizes, scale, label and macro picture stand in an XML of the first page. */
import type { SlideFormat } from '../format.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { beginsAsTiff } from '../tiff/structure/first-page.js';
import { openPhilips } from './open-philips.js';

export const philips: SlideFormat = {
  name: 'Philips TIFF',
  // They are called .tiff, as others are.
  endings: [],
  reads: 'ranges',
  probe: beginsAsTiff,
  open: async (source, { codecs, makeShrinker }) => {
    const pages = await openPhilips(source, { codecs });
    return pages === undefined ? undefined : slideOfPages(pages, { source, makeShrinker });
  },
};
