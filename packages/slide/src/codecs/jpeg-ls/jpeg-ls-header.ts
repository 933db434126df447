/** What a JPEG-LS stream says of itself before it is decoded. Source: ITU-T T.87, annex C; ITU-T T.81, annex B. */

export interface JpegLsHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits per sample, 2 to 16. */
  readonly bits: number;
}

const START = 0xffd8;
const FRAME = 0xfff7;
const SCAN = 0xffda;
const PARAMETERS = 0xfff8;
/** A kind of parameters: sizes of more than 16 bits. */
const OVERSIZE = 4;

/** @throws {Error} for what is no JPEG-LS stream, and for forms of it that are not read */
export function jpegLsHeader(data: Uint8Array): JpegLsHeader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4 || view.getUint16(0) !== START) throw new Error('it does not start as a JPEG-LS stream');
  let header: JpegLsHeader | undefined;
  for (let at = 2; at + 4 <= data.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker >>> 8 !== 0xff || length < 2 || at + 2 + length > data.length) break;
    const segment = new DataView(data.buffer, data.byteOffset + at + 4, length - 2);
    if (marker === FRAME) {
      if (header !== undefined) throw new Error('it has two frames');
      header = frameOf(segment);
    }
    if (marker === PARAMETERS && segment.byteLength > 0 && segment.getUint8(0) === OVERSIZE) {
      throw new Error('sizes of more than 16 bits are not supported');
    }
    if (marker !== SCAN) continue;
    if (header === undefined) throw new Error('its frame is missing');
    checkScan(segment);
    return header;
  }
  throw new Error('its header is damaged or cut off');
}

function frameOf(segment: DataView): JpegLsHeader {
  const components = segment.byteLength < 6 ? 0 : segment.getUint8(5);
  if (components === 0 || segment.byteLength < 6 + 3 * components) throw new Error('its frame is cut off');
  for (let c = 0; c < components; c++) {
    if (segment.getUint8(7 + 3 * c) !== 0x11) throw new Error('subsampled chroma inside JPEG-LS is not supported');
  }
  return {
    bits: segment.getUint8(0),
    height: segment.getUint16(1),
    width: segment.getUint16(3),
    components,
  };
}

/** A table turns samples into others, which the library leaves out. */
function checkScan(segment: DataView): void {
  const components = segment.byteLength < 1 ? 0 : segment.getUint8(0);
  if (segment.byteLength < 4 + 2 * components) throw new Error('its scan is cut off');
  for (let c = 0; c < components; c++) {
    if (segment.getUint8(2 + 2 * c) !== 0) throw new Error('mapping tables of JPEG-LS are not supported');
  }
}
