/** TIFF and BigTIFF, and what is made of them: Aperio SVS, Leica SCN, Ventana BIF, Trestle, Philips, QPTIFF, OME-TIFF. */
import type { SlideFormat } from '../format.js';
import { isDicom, isDisguised } from '../known/known-formats.js';
import { openTiffSlide } from './tiff-slide.js';

/** Both orders of bytes, TIFF and BigTIFF. */
const BEGIN = /^(II[*+]\0|MM\0[*+])/;
/** The header of a TIFF. */
const MIN_BYTES = 8;

export const tiff: SlideFormat = {
  name: 'TIFF',
  endings: ['tif', 'tiff', 'svs', 'scn', 'bif', 'qptiff'],
  reads: 'ranges',
  isBase: true,
  probe: ({ name, head }) =>
    head.length >= MIN_BYTES &&
    BEGIN.test(String.fromCharCode(...head.subarray(0, 4))) &&
    !isDisguised(name) &&
    !isDicom(head),
  open: openTiffSlide,
};
