/**
 * A page as a bundler makes it, kept in memory and served to this machine alone: browsers load neither modules nor WebAssembly from files.
 */
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface ServedPage {
  /** The address of an empty page; the script is at `/page.js` beside it. */
  readonly url: string;
  /** The files that went into the script. */
  readonly modules: readonly string[];
  close(): Promise<void>;
}

/** Package names lead to sources there, as in all tests. */
const configFile = fileURLToPath(new URL('../../../tests/on-sources.ts', import.meta.url));

const contentTypes: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * @param entry the script's source; what it exports can be imported from `/page.js`
 * @param files further answers, by path
 */
export async function servePage(entry: string, files: Readonly<Record<string, Uint8Array>>): Promise<ServedPage> {
  const { served, modules } = await bundle(entry);
  const answers = new Map([['/', '<!doctype html><title>ftuseg</title>'], ...served, ...Object.entries(files)]);
  const server = createServer(({ url = '' }, response) => {
    const body = answers.get(url);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': contentTypes[extname(url)] ?? 'application/octet-stream',
      // Threads share memory only where a page is isolated so.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    modules,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bundle(entry: string) {
  const built = await build({
    configFile,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      minify: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'page.js' },
      },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  return {
    served: outputs.map((file): [string, string | Uint8Array] => [
      `/${file.fileName}`,
      file.type === 'chunk' ? file.code : file.source,
    ]),
    modules: outputs.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])),
  };
}
