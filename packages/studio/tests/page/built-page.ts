/** The studio's pages as static files: those of `make build` where they are as new as the sources, else built for the test. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { newestSource, writtenAt } from '../../../../tests/compiled.js';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

const pages = {
  server: { config: 'studio/vite.config.ts', files: 'studio/dist/page' },
  static: { config: 'studio/vite.static.config.ts', files: 'static/files' },
} as const;

/** Packages whose sources are in a page. */
const carried = ['core', 'nn', 'slide', 'infer', 'studio'];

/**
 * @param kind the page that `ftu studio` serves, or the one that needs no server
 * @param folder for files that have to be built
 * @returns the folder with `index.html`
 */
export async function builtPage(kind: keyof typeof pages, folder: string): Promise<string> {
  const { config, files } = pages[kind];
  const made = join(packages, files);
  const sources = carried.map((name) => newestSource(join(packages, name), /\.\w+$/));
  if (writtenAt(join(made, 'index.html')) >= Math.max(writtenAt(join(packages, config)), ...sources)) return made;
  const outDir = join(folder, 'built');
  await build({ configFile: join(packages, config), logLevel: 'error', build: { outDir, emptyOutDir: true } });
  return outDir;
}
