/** What libvips does not say of a JPEG file: whether all of its samples are there, and how it stores inks. */
import { readRegularFile } from '@ftuseg/files';
import { checkScans } from '../../codecs/jpeg/jpeg-scan.js';
import { SlideError } from '../../slide-error.js';
import type { ImageFile } from './image-file.node.js';

/**
 * Walks the file's samples without computing a pixel; 30 to 60 MB of file a second.
 * @returns `invertedInks`: an Adobe program stored CMYK as paper, 255 for no ink
 * @throws {FtuError} `not-found` or `io`; SlideError `bad-input` for a file of which samples are missing
 */
export async function checkJpegFile({ input, subject }: ImageFile): Promise<{ readonly invertedInks: boolean }> {
  const data = typeof input === 'string' ? await readRegularFile(input) : input;
  try {
    checkScans(data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlideError('bad-input', `the image is damaged or cut off (${reason})`, {
      subject,
      hint: 'copy or export it again',
      cause,
    });
  }
  return { invertedInks: hasAdobeMarker(data) };
}

/** APP14 with Adobe's name, before the first scan. */
function hasAdobeMarker(data: Uint8Array): boolean {
  for (let at = 2; at + 9 < data.length; ) {
    const marker = data[at + 1];
    if (data[at] !== 0xff || marker === 0xda) return false;
    if (marker === 0xee && String.fromCharCode(...data.subarray(at + 4, at + 9)) === 'Adobe') return true;
    at += marker === 0xff ? 1 : 2 + (data[at + 2] as number) * 256 + (data[at + 3] as number);
  }
  return false;
}
