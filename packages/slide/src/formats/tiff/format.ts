/** TIFF and BigTIFF, and what is made of them: Aperio SVS, OME-TIFF. */
import type { SlideFormat } from '../format.js';
import { beginsAsTiff } from './structure/first-page.js';
import { openTiffSlide } from './tiff-slide.js';

export const tiff: SlideFormat = {
  name: 'TIFF',
  endings: ['tif', 'tiff', 'svs'],
  reads: 'ranges',
  isBase: true,
  probe: beginsAsTiff,
  open: openTiffSlide,
};
