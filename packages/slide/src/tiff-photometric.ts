/**
 * Reads one tag of a TIFF, PhotometricInterpretation, which the decoder hides: it silently inverts WhiteIsZero and replaces palette
 * indices by colours, and either would change label values. Tags: TIFF 6.0 section 2; BigTIFF as in libtiff.
 */
import { open } from 'node:fs/promises';
import { SlideError } from './errors.js';

const PHOTOMETRIC = 262;

/**
 * The tag of the first image: 0 WhiteIsZero, 1 BlackIsZero, 2 RGB, 3 palette, ...; undefined where it is absent.
 *
 * @throws SlideError `bad-input` when the header or the directory is cut off.
 */
export async function tiffPhotometric(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const read = async (position: number, length: number): Promise<DataView> => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
      if (bytesRead < length) {
        throw new SlideError('bad-input', 'the TIFF is cut off', { subject: path, hint: 'copy or export it again' });
      }
      return new DataView(buffer.buffer, buffer.byteOffset, length);
    };
    const head = await read(0, 8);
    const little = head.getUint8(0) === 0x49;
    const big = head.getUint16(2, little) === 43;
    const directory = big ? Number((await read(8, 8)).getBigUint64(0, little)) : head.getUint32(4, little);
    const counter = await read(directory, big ? 8 : 2);
    const entries = big ? Number(counter.getBigUint64(0, little)) : counter.getUint16(0, little);
    const entryBytes = big ? 20 : 12;
    const table = await read(directory + counter.byteLength, Math.min(entries, 4096) * entryBytes);
    for (let at = 0; at < table.byteLength; at += entryBytes) {
      // One 16-bit value stands in the entry itself, after tag, type and count.
      if (table.getUint16(at, little) === PHOTOMETRIC) return table.getUint16(at + (big ? 12 : 8), little);
    }
    return undefined;
  } finally {
    await file.close();
  }
}
