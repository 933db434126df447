/** A file of text in pieces of UTF-8, also where it is in UTF-16, as PowerShell writes what programs print. */
import { open } from 'node:fs/promises';
import { ioError, statRegularFile, unicodeForm } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';

/** Bytes that are read at one time. */
const CHUNK = 1 << 18;

/**
 * The bytes of the text, each piece valid until the next is asked for; a byte order mark is left out.
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for damaged UTF-16
 */
export async function* utf8Chunks(path: string): AsyncGenerator<Uint8Array> {
  let decode: ((chunk?: Uint8Array) => Uint8Array) | undefined;
  let first = true;
  for await (const chunk of chunksOf(path)) {
    if (first) decode = decoderOf(chunk, path);
    const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    yield decode?.(chunk) ?? chunk.subarray(marked ? 3 : 0);
    first = false;
  }
  if (decode !== undefined) yield decode();
}

/** @returns undefined for UTF-8; the last call has no chunk */
function decoderOf(head: Uint8Array, path: string): ((chunk?: Uint8Array) => Uint8Array) | undefined {
  const form = unicodeForm(head);
  if (form === 'utf-8') return undefined;
  const decoder = new TextDecoder(form, { fatal: true });
  return (chunk) => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch (cause) {
      throw new SlideError('bad-input', 'the text is damaged UTF-16', { subject: path, cause });
    }
  };
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const failed = (error: unknown): never => {
    throw ioError(error, path, 'be read');
  };
  await statRegularFile(path);
  const file = await open(path).catch(failed);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null).catch(failed);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
