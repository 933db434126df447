/** Opens a slide: whatever the format and wherever the file, the rest of the house sees one small interface that hands out RGB regions. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dicomWebSeries, ioError, isAddress, nameInAddress, withLocalCopy } from '@ftuseg/files';
import { openDicomWeb } from './formats/dicom/web/open-series.node.js';
import { formatOfEnding, formatsOfFolder } from './formats/find-format.js';
import type { FileStart } from './formats/format.js';
import { formatOfContent, formatOfName } from './formats/known/known-formats.js';
import { otherFormat } from './formats/known/not-read.js';
import { openSlideFolder, openSource } from './formats/open-source.js';
import { nodeRuntime } from './node-runtime.node.js';
import type { Slide } from './slide.js';
import { SlideError } from './slide-error.js';
import { openFileSource } from './source/file-source.node.js';
import { httpFolder } from './source/http-folder.js';
import { type HttpSourceOptions, openHttpSource } from './source/http-source.js';
import { localFolder } from './source/local-folder.node.js';

/** How a slide on a server is asked for; of no meaning to files. */
export interface OpenSlideOptions extends HttpSourceOptions {
  /** Milliseconds before a busy DICOMweb server is asked again, longer each time; as `askDicomWeb` takes it. */
  readonly pause?: number | undefined;
}

/**
 * Opens a slide. TIFF and BigTIFF: strips or tiles, chunky or planar, 8 or 16 bits, grey, RGB(A) or palette, pyramids, Aperio SVS,
 * OME-TIFF, three single-band pages. DICOM whole slides: a file with those of its series beside it, or their folder. PNG, JPEG and WebP: one level. Grey becomes RGB, transparency is laid on white, 16 bits are
 * scaled down by v >> 8; EXIF orientation and colour profiles are not applied: pixels are those that a label image was drawn on.
 * An address (http, https) is read by range requests where it is a TIFF; PNG, JPEG and WebP are downloaded. The address of a series on a DICOMweb server
 * (`.../studies/UID/series/UID`) is read frame by frame. Formats that are known and not read are
 * refused by name.
 * Only the header is read here; damage further on shows when a region is read.
 *
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` (by name) or `bad-input` (damaged).
 * @example
 * const slide = await openSlide('scan.svs');
 * const overview = await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 16 });
 * await slide.close();
 */
export async function openSlide(path: string, options: OpenSlideOptions = {}): Promise<Slide> {
  return isAddress(path) ? openRemote(path, options) : openFile(path);
}

async function openFile(path: string): Promise<Slide> {
  const entry = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (entry.isDirectory()) {
    const slide = await openSlideFolder(localFolder(path), nodeRuntime);
    if (slide !== undefined) return slide;
  }
  return openSource(await openFileSource(path), nodeRuntime, { beside: localFolder(dirname(path)) });
}

/** By ranges where the format allows it; of a PNG or JPEG all is needed for any pixel, so it is downloaded. */
async function openRemote(address: string, options: OpenSlideOptions): Promise<Slide> {
  if (dicomWebSeries(address) !== undefined) return openDicomWeb(address, nodeRuntime, options);
  const name = nameInAddress(address);
  const folder = httpFolder(address, options);
  if (formatsOfFolder({ name, names: undefined }).length > 0) {
    const slide = await openSlideFolder(folder, nodeRuntime);
    if (slide !== undefined) return slide;
  }
  const other = formatOfName(name);
  if (other !== undefined) throw otherFormat(other, address);
  if (formatOfEnding(name)?.reads === 'whole') return withLocalCopy(address, openFile);
  const refuse = ({ head }: FileStart): SlideError => {
    const found = formatOfContent(head);
    if (found !== undefined) return otherFormat(found, address);
    return new SlideError('unsupported', 'only TIFF slides are read from a server', {
      subject: address,
      hint: 'download the file and open it from the disk',
    });
  };
  const beside = httpFolder(new URL('.', address).href, options);
  return openSource(await openHttpSource(address, options), nodeRuntime, { name, refuse, beside });
}
