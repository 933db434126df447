/** By what a slide is known again in another session: names, sizes, and first and last bytes of its files. A page is never told where a file lies. */
import { filesOf, type NamedSource } from './slide-source.js';

/** Octets at each end that are looked at: headers and directories of a slide lie there. */
const END = 64 << 10;
/** Files whose ends are looked at; of the others of a folder names and sizes count. */
const MAX_LOOKED_AT = 8;

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (octet) => octet.toString(16).padStart(2, '0')).join('');

export async function sha256(bytes: BufferSource): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', bytes));
}

/** @returns 20 hexadecimal digits: the id of the slide in addresses and in the browser's store */
export async function identityOf({ name, source }: NamedSource): Promise<string> {
  const [first, ...others] = filesOf(source);
  // In any browser's order of a folder.
  const sorted = others.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const isAlone = source.kind === 'file' && sorted.length === 0;
  const all =
    source.kind === 'folder' ? [...source.files].sort((a, b) => (a.path < b.path ? -1 : 1)) : [first, ...sorted];
  const files = all.filter((one) => one !== undefined);
  const named = isAlone ? [name, files[0]?.file.size] : [name, files.map(({ path, file }) => [path, file.size])];
  const ends = files
    .slice(0, MAX_LOOKED_AT)
    .flatMap(({ file }) => [file.slice(0, END), file.slice(Math.max(0, file.size - END))]);
  const bytes = await Promise.all(ends.map(async (end) => new Uint8Array(await end.arrayBuffer())));
  const parts = [new TextEncoder().encode(JSON.stringify(named)), ...bytes];
  return (await sha256(await new Blob(parts).arrayBuffer())).slice(0, 20);
}
