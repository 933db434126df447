/** A label or macro picture that lies in the XML as text: a JPEG, decoded as a page of one block. It is looked at when it is asked for by name. */
import type { Codec } from '../../../../codecs/codec.js';
import { SlideError } from '../../../../slide-error.js';
import { parseJpegHeader } from '../../../ndpi/jpeg-header.js';
import { PLAIN_SAMPLES, type TiffPage } from '../../page.js';
import { damaged, type TiffFile } from '../../structure/file.js';

/** @throws {SlideError} `bad-input` for what is no JPEG, `unsupported` for one of inks */
export function xmlPicture(
  file: TiffFile,
  name: string,
  data: Uint8Array | undefined,
  codecs: readonly Codec[],
): TiffPage {
  const where = `page 0, picture "${name}" in its XML`;
  const header = headerOf(file, where, data);
  const { width, height, components } = header;
  if (width < 1 || height < 1) throw damaged(file, where, `a picture of ${width} x ${height} pixels is impossible`);
  if (components !== 1 && components !== 3) {
    throw new SlideError('unsupported', `${where}: JPEGs of ${components} components are not supported`, {
      subject: file.source.name,
    });
  }
  const codec = codecs.find((one) => one.name === 'jpeg');
  if (codec === undefined) throw new RangeError('no codec jpeg');
  const bytes = data?.length ?? 0;
  return {
    ...PLAIN_SAMPLES,
    name: where,
    width,
    height,
    blocks: 'strips',
    blockWidth: width,
    blockHeight: height,
    across: 1,
    down: 1,
    index: { length: 1, locate: async () => ({ offset: 0, bytes, read: async () => data ?? new Uint8Array() }) },
    codec,
    compression: 'jpeg',
    photometric: components === 1 ? 'black-is-zero' : header.colours,
    samples: components,
    bits: 8,
    usedBits: 8,
    blank: 255,
    planar: false,
    littleEndian: file.littleEndian,
  };
}

function headerOf(file: TiffFile, where: string, data: Uint8Array | undefined) {
  let reason = 'it is no base 64';
  try {
    const header = data === undefined ? undefined : parseJpegHeader(data);
    if (header !== undefined) return header;
    if (data !== undefined) reason = 'it ends before its samples';
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw damaged(file, where, reason);
}
