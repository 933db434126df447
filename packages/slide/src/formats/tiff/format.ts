/** TIFF and BigTIFF, and what is made of them: Aperio SVS, Leica SCN, Ventana BIF, Trestle, OME-TIFF. */
import type { SlideFormat } from '../format.js';
import { beginsAsTiff } from './structure/first-page.js';
import { openTiffSlide } from './tiff-slide.js';

export const tiff: SlideFormat = {
  name: 'TIFF',
  endings: ['tif', 'tiff', 'svs', 'scn', 'bif'],
  reads: 'ranges',
  isBase: true,
  probe: beginsAsTiff,
  open: openTiffSlide,
};
