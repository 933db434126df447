/** A web server over a folder, as people have them: with or without ranges, marks and times; and what it was asked. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Served {
  /** Without a slash at its end. */
  readonly address: string;
  readonly asked: string[];
  /** The mark that every file has from now on. */
  setEtag(etag: string): void;
  close(): Promise<void>;
}

export async function serve(folder: string, options: { readonly ranges?: boolean } = {}): Promise<Served> {
  const { ranges = true } = options;
  const asked: string[] = [];
  let etag = '"1"';
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    asked.push(path);
    const data = await readFile(join(folder, path)).catch(() => undefined);
    if (data === undefined) {
      response.writeHead(404).end('no such file');
      return;
    }
    const range = ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : null;
    if (range === null) {
      response.writeHead(200, { 'content-length': data.length, etag }).end(data);
      return;
    }
    const [first, last] = [Number(range[1]), Math.min(Number(range[2]), data.length - 1)];
    const head = { 'content-range': `bytes ${first}-${last}/${data.length}`, etag };
    response.writeHead(206, head).end(data.subarray(first, last + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    setEtag: (mark) => {
      etag = mark;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
