/** The files of a ZIP, read from its directory: only what is asked for leaves the disk. Other programs may have compressed them. */
import { FtuError } from '@ftuseg/core';
import { crc32 } from './crc32.js';

export interface ZippedFile {
  readonly name: string;
  /** @throws FtuError `bad-input` for a damaged file */
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
}

const END = 22;
const MAX_COMMENT = 0xffff;
const CENTRAL = 46;
const LOCAL = 30;
const STORED = 0;
const DEFLATED = 8;

const damaged = (what: string): FtuError =>
  new FtuError('bad-input', `this is no whole ZIP: ${what}`, { hint: 'choose a file that this page exported' });

const view = async (zip: Blob, from: number, to: number): Promise<DataView> =>
  new DataView(await zip.slice(from, to).arrayBuffer());

async function inflated(data: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const stream = data.stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @throws FtuError `bad-input` for another file, or a damaged one */
export async function readZip(zip: Blob): Promise<readonly ZippedFile[]> {
  const from = Math.max(0, zip.size - END - MAX_COMMENT);
  const tail = await view(zip, from, zip.size);
  let end = tail.byteLength - END;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw damaged('its end is missing');
  const [count, size, start] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (start + size > zip.size) throw damaged('it is cut off');
  const directory = await view(zip, start, start + size);
  const files: ZippedFile[] = [];
  for (let at = 0; files.length < count; ) {
    if (at + CENTRAL > size || directory.getUint32(at, true) !== 0x02014b50) throw damaged('its directory is damaged');
    const [method, sum] = [directory.getUint16(at + 10, true), directory.getUint32(at + 16, true)];
    const [packed, offset] = [directory.getUint32(at + 20, true), directory.getUint32(at + 42, true)];
    const length = directory.getUint16(at + 28, true);
    const more = directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
    if (at + CENTRAL + length > size) throw damaged('its directory is damaged');
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + CENTRAL, length));
    const read = async (): Promise<Uint8Array<ArrayBuffer>> => {
      const head = await view(zip, offset, offset + LOCAL);
      if (head.byteLength < LOCAL || head.getUint32(0, true) !== 0x04034b50) throw damaged(`"${name}" is missing`);
      const begin = offset + LOCAL + head.getUint16(26, true) + head.getUint16(28, true);
      const data = zip.slice(begin, begin + packed);
      if (method !== STORED && method !== DEFLATED) throw damaged(`"${name}" is compressed in an unknown way`);
      const bytes =
        method === STORED
          ? new Uint8Array(await data.arrayBuffer())
          : await inflated(data).catch(() => Promise.reject(damaged(`"${name}" is damaged`)));
      if (crc32(bytes) !== sum) throw damaged(`"${name}" is damaged`);
      return bytes;
    };
    files.push({ name, read });
    at += CENTRAL + length + more;
  }
  return files;
}
