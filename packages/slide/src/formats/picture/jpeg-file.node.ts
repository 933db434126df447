/** What libvips does not say of a JPEG file: whether all of its samples are there, and how it stores inks. */
import { readRegularFile } from '@ftuseg/files';
import { headerSegments } from '../../codecs/jpeg/jpeg-segments.js';
import { withoutWarnings } from '../../codecs/jpeg/jpeg-stream.js';
import { SlideError } from '../../slide-error.js';
import type { ImageFile } from './image-file.node.js';

export interface CheckedJpeg {
  readonly file: ImageFile;
  /** An Adobe program stored CMYK as paper, 255 for no ink. */
  readonly invertedInks: boolean;
}

/**
 * Walks the file's samples without computing a pixel; 30 to 60 MB of file a second.
 * @returns the file, with bytes of its own where it lacks its end marker, at which libvips would stop
 * @throws {FtuError} `not-found` or `io`; SlideError `bad-input` for a file of which samples are missing
 */
export async function checkJpegFile(file: ImageFile): Promise<CheckedJpeg> {
  const { input, subject } = file;
  const data = typeof input === 'string' ? await readRegularFile(input) : input;
  try {
    const sound = withoutWarnings(data) ?? data;
    return { file: sound === data ? file : { ...file, input: sound }, invertedInks: hasAdobeMarker(data) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlideError('bad-input', `the image is damaged or cut off (${reason})`, {
      subject,
      hint: 'copy or export it again',
      cause,
    });
  }
}

/** APP14 with Adobe's name, before the first scan. */
function hasAdobeMarker(data: Uint8Array): boolean {
  for (const { marker, at } of headerSegments(data)) {
    if (marker === 0xee && String.fromCharCode(...data.subarray(at + 4, at + 9)) === 'Adobe') return true;
  }
  return false;
}
