/**
 * What the three components of a JPEG are: the one answer for every decoder, for tiles that are handed through, and for what is written of them.
 *
 * What a stream says itself counts before the page that it lies in: the encoder that wrote it knows. Bio-Formats said RGB for years about tiles that are YCbCr
 * by JFIF's marker (github.com/ome/bioformats/issues/3856), and so do DICOM files. libtiff and OpenSlide follow the page alone and show them in false colours;
 * tifffile heeds JFIF. The streams of scanners say nothing (Aperio's RGB and YCbCr), so that the page counts. Source: JFIF 1.02; Adobe's APP14 marker,
 * in ITU-T T.872.
 */
import type { Photometric } from '../codec.js';
import { headerSegments, isFrame } from './jpeg-segments.js';

/** Bytes from which the markers before the frame are read. */
export const MARKER_BYTES = 4096;

export type JpegColours = 'rgb' | 'ycbcr';

const startsWith = (data: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, i) => data[at + i] === letter.charCodeAt(0));

/**
 * Markers that contradict each other say nothing. Without markers, chroma of fewer samples is chroma whatever the page says: nobody stores green and blue
 * so. Without a page, components that are called R, G and B are these.
 * @param data a stream, or its first bytes
 * @param photometric what the page says
 */
export function jpegColours(data: Uint8Array, photometric?: Photometric): JpegColours {
  const page = photometric && (photometric === 'ycbcr' ? 'ycbcr' : 'rgb');
  const marked = new Set<JpegColours>();
  for (const { marker, at } of headerSegments(data)) {
    if (marker === 0xe0 && startsWith(data, at + 4, 'JFIF\0')) marked.add('ycbcr');
    if (marker === 0xee && startsWith(data, at + 4, 'Adobe')) marked.add(data[at + 15] === 0 ? 'rgb' : 'ycbcr');
    if (isFrame(marker) && marked.size === 0) return coloursOfFrame(data.subarray(at + 10), page);
    if (isFrame(marker)) break;
  }
  const [stated, other] = marked;
  return other === undefined && stated !== undefined ? stated : (page ?? 'ycbcr');
}

/** @param components three bytes of each: its name, its sampling factors, its table */
function coloursOfFrame(components: Uint8Array, page: JpegColours | undefined): JpegColours {
  if ([...'RGB'].every((letter, i) => components[3 * i] === letter.charCodeAt(0))) return page ?? 'rgb';
  const [first, second] = [components[1], components[4]];
  return first === second ? (page ?? 'ycbcr') : 'ycbcr';
}
