/** A worker as a page has it: one file, made of a blob: address, that gets slides by message and answers with digests of their pixels. */
import { decodeWhole } from '../decode-whole.js';

addEventListener('message', ({ data }: MessageEvent<{ name: string; bytes: ArrayBuffer }>) => {
  decodeWhole(data.name, data.bytes).then((answer) => postMessage(answer));
});
