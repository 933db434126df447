/** The built page as a fixed map from address to file: what is not in it is not there, whatever an address says. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FtuError } from '@ftuseg/core';
import { Hono } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Found from `src/` and from `dist/` alike. */
export const builtPage = (): string => fileURLToPath(new URL('../../../dist/page', import.meta.url));

/** Regular files by their address; links are passed over. */
async function filesOf(folder: string, address: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) for (const one of await filesOf(path, `${address}${entry.name}/`)) files.set(...one);
    else if (entry.isFile()) files.set(`${address}${entry.name}`, path);
  }
  return files;
}

/** @throws FtuError `not-found` where the page was not built */
export async function pageRoutes(folder: string): Promise<Hono> {
  const files = await filesOf(folder, '/').catch(() => new Map<string, string>());
  const index = files.get('/index.html');
  if (index === undefined) {
    throw new FtuError('not-found', 'the page of the studio is not built', {
      subject: folder,
      hint: 'run `make build`',
    });
  }
  files.set('/', index);
  const app = new Hono();
  app.get('*', async (c) => {
    const address = c.req.path;
    const path = files.get(address);
    if (path === undefined) return c.notFound();
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    // Names of assets hold a digest of their content.
    const caching = address.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
    return c.body(new Uint8Array(await readFile(path)), 200, { 'content-type': type, 'cache-control': caching });
  });
  return app;
}
