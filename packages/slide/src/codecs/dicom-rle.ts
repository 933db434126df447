/** DICOM's run lengths: each byte of each sample is a plane of its own, packed by PackBits. Source: PS3.5, annex G. */
import type { Codec, EncodedBlock } from './codec.js';
import { decodePackBits } from './packbits.js';

/** A count and fifteen offsets of 32 bits. */
const HEADER_BYTES = 64;

function decode(block: EncodedBlock): Uint8Array {
  const { data, page, width, height, samples, bytes } = block;
  const pixels = width * height;
  const width8 = Math.ceil(page.bits / 8);
  const planes = samples * width8;
  if (pixels * planes !== bytes) throw new Error(`${planes} planes do not make ${bytes} bytes`);
  if (data.length < HEADER_BYTES) throw new Error('its header is cut off');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = view.getUint32(0, true);
  if (count !== planes) throw new Error(`it has ${count} planes where ${planes} are needed`);
  const out = new Uint8Array(bytes);
  for (let plane = 0; plane < planes; plane++) {
    const start = view.getUint32(4 + 4 * plane, true);
    const end = plane + 1 < planes ? view.getUint32(8 + 4 * plane, true) : data.length;
    if (start < HEADER_BYTES || end < start || end > data.length) throw new Error(`plane ${plane} is not inside it`);
    const decoded = decodePackBits({ ...block, data: data.subarray(start, end), bytes: pixels });
    if (decoded.length < pixels) throw new Error(`plane ${plane} has ${decoded.length} of ${pixels} bytes`);
    // The highest byte of a sample comes first.
    const [sample, byte] = [Math.floor(plane / width8), plane % width8];
    const to = sample * width8 + (page.littleEndian ? width8 - 1 - byte : byte);
    for (let i = 0, at = to; i < pixels; i++, at += planes) out[at] = decoded[i] as number;
  }
  return out;
}

/** No TIFF has it. */
export const dicomRle: Codec = { name: 'dicom-rle', codes: [], lossless: true, decode };
