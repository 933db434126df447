/**
 * The one place that talks to the image decoder. Stored values come out as they are in the file: no colour management,
 * no rotation by EXIF, and a file that is cut off is an error, not a picture with a grey end.
 */
import { stat } from 'node:fs/promises';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { sharp } from '../../sharp.node.js';
import { SlideError } from '../../slide-error.js';
import { readHead } from '../../source/read-head.node.js';
import { refuseBomb } from '../decoded-size.js';
import { formatsOf } from '../find-format.js';
import { notRead } from '../known/not-read.js';

const OPTIONS: SharpOptions = {
  // Slides pass the default limit of 268 Mpx by design; callers bound what they decode instead.
  limitInputPixels: false,
  failOn: 'error',
  sequentialRead: true,
  ignoreIcc: true,
};

/** What the header of an image file says. Sizes are those of the stored pixels. */
export interface ImageFile {
  /** For messages. */
  readonly subject: string;
  readonly input: ImageInput;
  readonly metadata: Metadata;
}

/** Path of a file, or all of its bytes. */
export type ImageInput = string | Uint8Array;

/** A decoder pipeline on the first page of the file. */
export function decode(input: ImageInput, page = 0): Sharp {
  return sharp(input, { ...OPTIONS, page });
}

/** A decoder's error as a sentence about the file. */
export function decodeError(error: unknown, subject: string): SlideError {
  if (error instanceof SlideError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const details = { subject, cause: error };
  if (/compression|not configured|not supported/i.test(reason)) {
    return new SlideError('unsupported', `the image uses an encoding that cannot be read (${firstLine(reason)})`, {
      ...details,
      hint: 'export it as an 8-bit RGB TIFF or PNG',
    });
  }
  return new SlideError('bad-input', `the image is damaged or cut off (${firstLine(reason)})`, {
    ...details,
    hint: 'copy or export it again',
  });
}

const firstLine = (text: string): string => text.replace(/^Input file (has|is|contains) /, '').split('\n')[0] ?? '';

/** True when the pages of a TIFF are planes of a stack (channels, depths, times) and not smaller levels or a label. */
async function isStack(input: ImageInput, { width, height }: Metadata): Promise<boolean> {
  const second = await decode(input, 1)
    .metadata()
    .catch(() => undefined);
  return second !== undefined && second.width === width && second.height === height;
}

/** The decoder reports every failure to open as "missing", and every unknown file alike; the first bytes say more. */
async function checkReadable(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new SlideError('bad-input', 'this is a folder, not an image', { subject: path });
  }
  const head = await readHead(path);
  if (formatsOf({ name: path, head }).length === 0) throw notRead({ name: path, head }, path);
}

/**
 * Reads the header and refuses, by name, what this package cannot represent as 8-bit grey or RGB.
 *
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` or `bad-input`.
 */
export async function openImageFile(input: ImageInput, subject = String(input)): Promise<ImageFile> {
  if (typeof input === 'string') await checkReadable(input);
  const metadata = await decode(input)
    .metadata()
    .catch((error: unknown) => {
      throw decodeError(error, subject);
    });
  const refuse = (problem: string, hint: string): never => {
    throw new SlideError('unsupported', problem, { subject, hint });
  };
  const { format, depth, space, hasAlpha } = metadata;
  const size = typeof input === 'string' ? (await stat(input)).size : input.length;
  refuseBomb('', metadata.width * metadata.height * metadata.channels, { name: subject, size });
  const colours = metadata.channels - (hasAlpha ? 1 : 0);
  if (depth !== 'uchar') {
    const bits = metadata.bitsPerSample === undefined ? '' : `${metadata.bitsPerSample}-bit `;
    refuse(`${bits}samples (${depth}) are not supported`, 'save the image with 8 bits per channel');
  }
  if (format === 'jpeg' && space === 'cmyk') return { subject, input, metadata };
  if (colours !== 1 && colours !== 3) {
    refuse(`images of ${colours} channels are not supported`, 'save the image as grey or RGB');
  }
  if (space !== 'srgb' && space !== 'rgb' && space !== 'b-w') {
    refuse(`the colour space ${space} is not supported`, 'save the image as RGB');
  }
  if (format === 'tiff' && (metadata.pages ?? 1) > 1 && (await isStack(input, metadata))) {
    refuse(`stacks of several planes (${metadata.pages}) are not supported`, 'save the plane to use as one RGB image');
  }
  return { subject, input, metadata };
}
