/** An ICC profile that lies in a file at a place of its own, as in TIFF and DICOM. */
import { SlideError } from '../slide-error.js';
import type { ByteSource } from '../source/byte-source.js';
import { MAX_PROFILE_BYTES } from './profile.js';

/** Fewer bytes are no profile: writers leave an empty tag where they have none. */
const MIN_BYTES = 132;

/** @throws {SlideError} `bad-input` for one that is larger than any scanner's, or passes the end of the file */
export async function readPlacedProfile(
  place: { readonly source: ByteSource; readonly offset: number; readonly bytes: number } | undefined,
  subject: string,
): Promise<Uint8Array | undefined> {
  if (place === undefined || place.bytes < MIN_BYTES) return undefined;
  const { source, offset, bytes } = place;
  if (bytes <= MAX_PROFILE_BYTES) return source.read(offset, bytes);
  throw new SlideError('bad-input', `its ICC profile of ${bytes} bytes is larger than ${MAX_PROFILE_BYTES}`, {
    subject,
    hint: 'export the slide again, or take its colours as they are stored',
  });
}
