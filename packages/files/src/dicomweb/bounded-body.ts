/** The body of an answer, which is not read further than anybody needs it. */
import { FtuError } from '@ftuseg/core';

/** @throws {FtuError} `io` for more than `maxBytes`, and for fewer than the server has announced */
export async function boundedBody(response: Response, maxBytes: number, address: string): Promise<Uint8Array> {
  const stated = response.headers.get('content-encoding') === null ? response.headers.get('content-length') : null;
  const tooMuch = (): FtuError =>
    new FtuError('io', `the server sends more than ${maxBytes} bytes, which cannot be right`, { subject: address });
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    if (stated !== null && Number(stated) > maxBytes) throw tooMuch();
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      bytes += part.value.length;
      if (bytes > maxBytes) throw tooMuch();
      parts.push(part.value);
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined);
    throw error;
  }
  if (stated !== null && Number(stated) !== bytes) {
    throw new Error(`the answer was cut off after ${bytes} of ${stated} bytes`);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
