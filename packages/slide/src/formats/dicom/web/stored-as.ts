/**
 * How a server's frames are written. It says so with each frame, or in the metadata, or the frames show it themselves. Source: PS3.18, 8.7.3;
 * PS3.3, C.12.1.1 (AvailableTransferSyntaxUID).
 */

const COMPRESSED = '1.2.840.10008.1.2.4';
const PLAIN = '1.2.840.10008.1.2.1';
const RLE = '1.2.840.10008.1.2.5';
/** Bytes before the first plane of run lengths, which the second number of the frame states. */
const RLE_HEADER = 64;

/** Of media types that go with one way alone, as far as decoders care. */
const OF_TYPE: Readonly<Record<string, string | undefined>> = {
  'image/jpeg': `${COMPRESSED}.50`,
  'image/jp2': `${COMPRESSED}.90`,
  'image/jls': `${COMPRESSED}.80`,
  'image/x-jls': `${COMPRESSED}.80`,
  'image/dicom-rle': RLE,
  'image/x-dicom-rle': RLE,
  'image/jxl': `${COMPRESSED}.110`,
  'image/jphc': `${COMPRESSED}.201`,
};

export interface ServedFrame {
  readonly type: string;
  readonly syntax: string | undefined;
  readonly data: Uint8Array;
}

/**
 * @param stated in the metadata
 * @param plainBytes of a frame without compression
 * @returns UID of a transfer syntax; undefined where nothing tells
 */
export function storedAs(
  { type, syntax, data }: ServedFrame,
  stated: string | undefined,
  plainBytes: number,
): string | undefined {
  if (syntax !== undefined && syntax !== '*') return syntax;
  const found = OF_TYPE[type] ?? bySignature(data);
  if (found !== undefined) return found;
  // Sizes of frames without compression are even.
  if (data.length === plainBytes || data.length === plainBytes + (plainBytes % 2)) return PLAIN;
  return stated;
}

function bySignature(data: Uint8Array): string | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 12) return undefined;
  const first = view.getUint32(0);
  if (first === 0xff4fff51 || (first === 12 && view.getUint32(4) === 0x6a502020)) return `${COMPRESSED}.90`;
  const planes = view.getUint32(0, true);
  if (planes >= 1 && planes <= 15 && view.getUint32(4, true) === RLE_HEADER) return RLE;
  if (first >>> 8 !== 0xffd8ff) return undefined;
  for (let at = 2; at + 4 <= data.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xfff7) return `${COMPRESSED}.80`;
    // Start of a frame, but no tables and no arithmetic conditioning.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) return `${COMPRESSED}.50`;
  }
  return undefined;
}
