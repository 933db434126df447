/**
 * Reads NumPy's .npz (a ZIP of .npy files) from untrusted bytes; nothing is unpacked before its declared size is believable.
 */
import { decodeNpy, FtuError, type NpyArray } from '@ftuseg/core';
import { type UnzipFileInfo, unzipSync } from 'fflate';

/** Deflate cannot expand by more than this (RFC 1951: 258 bytes from 2 bits). */
const maxExpansion = 1032;
const maxTotalBytes = 2 ** 31;

/**
 * The arrays of an .npz file by name (without `.npy`), in the file's order. Throws `FtuError` for bytes that are not a ZIP, for
 * sizes that cannot be true or exceed 2 GiB in all, for a name that occurs twice and for arrays that `decodeNpy` refuses.
 *
 * @example
 * const kernel = readNpz(bytes, path).get('stem.kernel');
 */
export function readNpz(bytes: Uint8Array, subject?: string): Map<string, NpyArray> {
  const where = subject === undefined ? {} : { subject };
  const seen = new Set<string>();
  let total = 0;
  const admit = ({ name, size, originalSize, compression }: UnzipFileInfo): boolean => {
    total += originalSize;
    const largest = compression === 0 ? size : size * maxExpansion;
    if (originalSize > largest || size > bytes.length || total > maxTotalBytes) {
      throw new FtuError('bad-input', `"${name}" claims to unpack to ${originalSize} bytes`, {
        ...where,
        hint: 'the file is damaged',
      });
    }
    if (seen.has(name)) throw new FtuError('bad-input', `the archive holds "${name}" twice`, where);
    seen.add(name);
    return name.endsWith('.npy');
  };
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: admit });
  } catch (cause) {
    if (cause instanceof FtuError) throw cause;
    throw new FtuError('bad-input', 'not an .npz file, or a damaged one', { ...where, cause });
  }
  return new Map(
    Object.entries(files).map(([name, file]) => [
      name.slice(0, -'.npy'.length),
      decodeNpy(file, subject === undefined ? name : `${subject}: ${name}`),
    ]),
  );
}
