/** Named files of one piece of work, wherever they lie: a folder on the disk, OPFS in a page, memory in tests. Whatever is written over it is written once. */

/** Names have no folders in them. */
export interface FileStore {
  /** Bytes; undefined: there is no such file. */
  size(name: string): Promise<number | undefined>;
  /**
   * @param range bytes; all of them if unset. What lies beyond the end is missing from the answer
   * @returns undefined: there is no such file
   */
  read(
    name: string,
    range?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Writes a file whole or not at all; it is on the disk when the promise settles.
   * @param parts one after the other
   * @throws {FtuError} `io`, such as a full disk
   */
  write(name: string, ...parts: readonly Uint8Array[]): Promise<void>;
  /** A file that is not there is no error. */
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

const utf8 = new TextDecoder();

/** A file of text in UTF-8. */
export async function readText(store: FileStore, name: string): Promise<string | undefined> {
  const bytes = await store.read(name);
  return bytes === undefined ? undefined : utf8.decode(bytes);
}

/** Characters of a part. A part is an argument, and arguments lie on the stack, which is small in a page's workers: not one for every piece. */
const PART = 1 << 20;

/** Writes pieces of text, in UTF-8, without joining all of them as text first. */
export async function writeText(store: FileStore, name: string, pieces: Iterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PART) continue;
    parts.push(encoder.encode(text));
    text = '';
  }
  await store.write(name, ...parts, encoder.encode(text));
}
