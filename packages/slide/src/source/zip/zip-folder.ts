/** What is in a ZIP file as a place of a slide's files: each is read where it lies, so that a slide of gigabytes is opened without unpacking. */
import { inflateStream } from '../../codecs/deflate/inflate-stream.js';
import { SlideError } from '../../slide-error.js';
import { type ByteSource, checkRange } from '../byte-source.js';
import { type FileFolder, partsInside } from '../file-folder.js';
import { damagedZip, readZipDirectory, type ZipEntry } from './directory.js';

const LOCAL_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
/** Of an entry that is unpacked when it is opened, because no part of Deflate can be read alone. */
const MAX_UNPACKED = 80 << 20;

/**
 * @param rootNames files of which the slide's folder has one: where none is in the ZIP file itself and all of it is in one folder, that folder is the slide
 * @throws {SlideError} as `readZipDirectory`
 * @example
 * const folder = await zipFolder(await openFileSource('scan.ozx'), ['zarr.json']);
 */
export async function zipFolder(source: ByteSource, rootNames: readonly string[]): Promise<FileFolder> {
  const entries = await readZipDirectory(source);
  const tops = new Set<string>();
  for (const name of entries.keys()) tops.add(name.split('/', 1)[0] ?? '');
  const [only] = tops;
  const isInside = tops.size === 1 && only !== undefined && !rootNames.some((name) => entries.has(name));
  const prefix = isInside ? `${only}/` : '';
  const names = new Set<string>();
  for (const name of entries.keys()) names.add(name.slice(prefix.length).split('/', 1)[0] ?? '');
  return {
    name: source.name,
    names: async () => [...names].sort(),
    open: async (name) => {
      const path = `${prefix}${partsInside(name, source.name).join('/')}`;
      const entry = entries.get(path);
      return entry === undefined ? undefined : openEntry(source, path, entry);
    },
  };
}

async function openEntry(source: ByteSource, path: string, entry: ZipEntry): Promise<ByteSource> {
  const refuse = (problem: string) =>
    new SlideError('unsupported', `${path}: ${problem}`, {
      subject: source.name,
      hint: 'pack the folder again without compression (zip -0)',
    });
  if (entry.isEncrypted) throw refuse('encrypted files in a ZIP file are not supported');
  if (entry.method !== 0 && entry.method !== 8) throw refuse(`the compression ${entry.method} of ZIP is not supported`);
  if (entry.header + LOCAL_BYTES > source.size) throw damagedZip(source, `${path}: it passes the end of the ZIP file`);
  const local = await source.read(entry.header, LOCAL_BYTES);
  const view = new DataView(local.buffer, local.byteOffset, LOCAL_BYTES);
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) throw damagedZip(source, `${path}: its header is damaged`);
  // The entry's own header may have other extra fields than the list.
  const start = entry.header + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.stored > source.size) throw damagedZip(source, `${path}: it passes the end of the ZIP file`);
  const name = `${source.name}/${path}`;
  const close = async (): Promise<void> => undefined;
  if (entry.method === 0) {
    if (entry.stored !== entry.size) throw damagedZip(source, `${path}: its sizes contradict each other`);
    const read: ByteSource['read'] = async (offset, length, options) => {
      checkRange(name, entry.size, offset, length);
      return source.read(start + offset, length, options);
    };
    return { name, size: entry.size, read, close };
  }
  if (entry.size > MAX_UNPACKED) throw refuse(`a compressed file of ${entry.size} bytes is too large to read in parts`);
  const unpacked = await inflateStream(await source.read(start, entry.stored), entry.size, 'deflate-raw').catch(
    (error: unknown) => {
      if (error instanceof SlideError) throw error;
      throw damagedZip(source, `${path}: damaged Deflate data`);
    },
  );
  if (unpacked.length !== entry.size) throw damagedZip(source, `${path}: it unpacks to ${unpacked.length} bytes`);
  const read: ByteSource['read'] = async (offset, length) => {
    checkRange(name, entry.size, offset, length);
    return unpacked.subarray(offset, offset + length);
  };
  return { name, size: entry.size, read, close };
}
