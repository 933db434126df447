/**
 * A DICOM segmentation as labels of its slide: the number of a segment is the label. Memory holds a band of columns and runs, never the slide. Source: PS3.3,
 * A.51; PS3.5, 8.1.1 (bits from the lowest of each byte on, frames without a gap).
 */
import { createColumnRunEncoder, emptyRaster, type RunMask } from '@ftuseg/core';
import { withLocalCopy } from '@ftuseg/files';
import { damaged } from '../../formats/dicom/structure/cursor.js';
import { placeOf, textOf } from '../../formats/dicom/structure/data-set.js';
import { readAttributes } from '../../formats/dicom/structure/read-file.js';
import { Tag } from '../../formats/dicom/structure/tags.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { openFileSource } from '../../source/file-source.node.js';
import { ANNOTATIONS, REPORTS, SEGMENTATIONS } from '../sop-classes.js';
import { paintFrame } from './paint-frame.js';
import { checkBelongs, isDicomFile, slideOfResult } from './result-of-slide.node.js';
import {
  type FrameGroups,
  groupsOf,
  readHeader,
  SEGMENTATION_HEADER,
  type SegmentationHeader,
} from './segmentation-header.js';

/**
 * The labels of a file, or of one at an address, that is DICOM.
 * @param image path or address of its slide
 * @returns undefined for a file that is no DICOM, or that cannot be read, of which others say why
 * @throws {SlideError} as {@link readSegmentation}
 * @example
 * const labels = await dicomLabels(row.mask, row.image);
 */
export async function dicomLabels(path: string, image: string): Promise<RunMask | undefined> {
  return withLocalCopy(path, async (local) =>
    (await isDicomFile(local)) ? readSegmentation(local, image) : undefined,
  );
}

/** Bytes of a band that is painted at a time. */
const MAX_BAND = 1 << 28;

/**
 * @param path of the segmentation
 * @param image path or address of its slide
 * @throws {SlideError} `bad-input` for one that does not belong to the slide (series, frame of reference, size, scale, place), contradicts itself, or in which
 * segments overlap; `unsupported` for other kinds of DICOM, fractions and compressed frames
 * @example
 * const labels = await readSegmentation('scan-1.seg.dcm', 'scan-1');
 */
export async function readSegmentation(path: string, image: string): Promise<RunMask> {
  const file = await openFileSource(path);
  try {
    const groups: FrameGroups[] = [];
    const set = await readAttributes(file, SEGMENTATION_HEADER, {
      tag: Tag.PerFrameFunctionalGroups,
      onItem: (item) => void groups.push(groupsOf(item)),
    });
    refuseOthers(textOf(set, Tag.SopClassUid), path);
    const slide = await slideOfResult(image, path);
    checkBelongs(set, slide, path);
    const header = readHeader(set, groups, slide, path);
    const pixels = placeOf(set, Tag.PixelData);
    if (pixels === undefined) throw damaged(path, 'the file', 'it has no pixels');
    if (pixels.length === undefined) {
      const hint = 'decompress it with `dcmdrle` (dcmtk), or export it uncompressed';
      throw new SlideError('unsupported', 'its frames are compressed', { subject: path, hint });
    }
    const bytes = Math.ceil((header.frames.length * header.rows * header.columns * header.pixels.bits) / 8);
    if (pixels.length < bytes) {
      throw damaged(path, 'its pixels', `${pixels.length} bytes are no ${header.frames.length} frames`);
    }
    return await paint(file, pixels.offset, header, slide.place);
  } finally {
    await file.close();
  }
}

function refuseOthers(uid: string | undefined, path: string): void {
  if (uid !== undefined && SEGMENTATIONS.includes(uid)) return;
  const drawn = uid === ANNOTATIONS || (uid !== undefined && REPORTS.includes(uid));
  throw new SlideError(
    'unsupported',
    drawn
      ? 'these are DICOM outlines, no label image'
      : `this is DICOM of another kind (${uid ?? 'unknown'}), no segmentation`,
    {
      subject: path,
      hint: drawn
        ? 'give them in the column "annotations"'
        : 'give a binary DICOM segmentation or label map, or labels as PNG or TIFF',
    },
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function paint(file: ByteSource, start: number, header: SegmentationHeader, size: Size): Promise<RunMask> {
  const { width, height } = size;
  const { rows, columns, frames, pixels } = header;
  const across = Math.max(1, Math.min(columns, Math.floor(MAX_BAND / height)));
  const bands = Array.from({ length: Math.ceil(width / across) }, (): number[] => []);
  for (const [i, { left }] of frames.entries()) {
    const last = Math.floor(Math.min(left + columns - 1, width - 1) / across);
    for (let band = Math.floor(left / across); band <= last; band++) bands[band]?.push(i);
  }
  const encoder = createColumnRunEncoder(width, height);
  const frameBits = rows * columns * pixels.bits;
  for (const [b, inBand] of bands.entries()) {
    const band = { left: b * across, plane: emptyRaster(Math.min(across, width - b * across), height, 1) };
    for (const i of inBand) {
      const frame = frames[i];
      if (frame === undefined) continue;
      const first = i * frameBits;
      const from = Math.floor(first / 8);
      const bytes = await file.read(start + from, Math.ceil((first + frameBits) / 8) - from);
      const read = { ...frame, rows, columns, bytes: new Uint8Array(bytes), skip: first % 8 };
      paintFrame(band, read, pixels, { ...size, path: file.name });
    }
    encoder.push(band.plane);
  }
  return encoder.finish();
}
