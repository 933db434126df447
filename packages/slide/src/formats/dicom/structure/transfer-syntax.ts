/** How a file's data set and its frames are written. Source: PS3.5, annex A; PS3.6, annex A. */
import { SlideError } from '../../../slide-error.js';

export interface TransferSyntax {
  readonly isExplicit: boolean;
  /** Frames lie in items of their own. */
  readonly isEncapsulated: boolean;
  /** Name of the codec of frames. */
  readonly codec: 'none' | 'jpeg' | 'jpeg-2000' | 'jpeg-ls' | 'dicom-rle';
}

const UNCOMPRESSED = '1.2.840.10008.1.2';
const COMPRESSED = '1.2.840.10008.1.2.4';

const encapsulated = (codec: TransferSyntax['codec']): TransferSyntax => ({
  isExplicit: true,
  isEncapsulated: true,
  codec,
});

const READ: Readonly<Record<string, TransferSyntax | undefined>> = {
  [UNCOMPRESSED]: { isExplicit: false, isEncapsulated: false, codec: 'none' },
  [`${UNCOMPRESSED}.1`]: { isExplicit: true, isEncapsulated: false, codec: 'none' },
  [`${UNCOMPRESSED}.1.98`]: encapsulated('none'),
  [`${COMPRESSED}.50`]: encapsulated('jpeg'),
  [`${COMPRESSED}.51`]: encapsulated('jpeg'),
  [`${COMPRESSED}.80`]: encapsulated('jpeg-ls'),
  [`${COMPRESSED}.81`]: encapsulated('jpeg-ls'),
  [`${COMPRESSED}.90`]: encapsulated('jpeg-2000'),
  [`${COMPRESSED}.91`]: encapsulated('jpeg-2000'),
  [`${UNCOMPRESSED}.5`]: encapsulated('dicom-rle'),
};

const toJpeg = 'convert it with `dcmdjpeg` (dcmtk) to an uncompressed one';
const recompress = 'export it from its archive as JPEG baseline, JPEG 2000 or uncompressed';
const toLittle = 'convert it with `dcmconv +te` (dcmtk)';

const NOT_READ: Readonly<Record<string, readonly [name: string, hint: string] | undefined>> = {
  [`${UNCOMPRESSED}.2`]: ['big-endian', toLittle],
  [`${UNCOMPRESSED}.1.99`]: ['deflated', toLittle],
  [`${UNCOMPRESSED}.8.1`]: ['frame-by-frame deflated', recompress],
  [`${COMPRESSED}.57`]: ['lossless JPEG', toJpeg],
  [`${COMPRESSED}.70`]: ['lossless JPEG', toJpeg],
  [`${COMPRESSED}.92`]: ['JPEG 2000 part 2', recompress],
  [`${COMPRESSED}.93`]: ['JPEG 2000 part 2', recompress],
  [`${COMPRESSED}.110`]: ['JPEG XL', recompress],
  [`${COMPRESSED}.111`]: ['JPEG XL', recompress],
  [`${COMPRESSED}.112`]: ['JPEG XL', recompress],
  [`${COMPRESSED}.201`]: ['high-throughput JPEG 2000 (HTJ2K)', recompress],
  [`${COMPRESSED}.202`]: ['high-throughput JPEG 2000 (HTJ2K)', recompress],
  [`${COMPRESSED}.203`]: ['high-throughput JPEG 2000 (HTJ2K)', recompress],
};

/**
 * @param uid of the file meta information
 * @throws {SlideError} `unsupported`, by name, for one that is not read
 */
export function transferSyntax(uid: string, subject: string): TransferSyntax {
  const found = READ[uid];
  if (found !== undefined) return found;
  const [name, hint] = NOT_READ[uid] ?? [`transfer syntax ${JSON.stringify(uid.slice(0, 64))}`, recompress];
  throw new SlideError('unsupported', `DICOM files with ${name} data are not supported`, { subject, hint });
}
