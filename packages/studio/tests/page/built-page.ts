/** The studio's pages as static files: those of `make build` where they are as new as the sources, else built for the test. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

const pages = {
  server: { config: 'studio/vite.config.ts', files: 'studio/dist/page' },
  static: { config: 'studio/vite.static.config.ts', files: 'static/files' },
} as const;

/** Packages whose sources are in a page. */
const carried = ['core', 'nn', 'slide', 'infer', 'studio'];

const writtenAt = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

async function lastChange(config: string): Promise<number> {
  const below = carried.map(async (name) => {
    const names = await readdir(join(packages, name, 'src'), { recursive: true });
    const sources = names.filter((one) => /\.\w+$/.test(one) && !one.endsWith('.test.ts'));
    return sources.map((one) => join(packages, name, 'src', one));
  });
  const sources = [join(packages, config), ...(await Promise.all(below)).flat()];
  return Math.max(...(await Promise.all(sources.map(writtenAt))));
}

/**
 * @param kind the page that `ftu studio` serves, or the one that needs no server
 * @param folder for files that have to be built
 * @returns the folder with `index.html`
 */
export async function builtPage(kind: keyof typeof pages, folder: string): Promise<string> {
  const { config, files } = pages[kind];
  const made = join(packages, files);
  if ((await writtenAt(join(made, 'index.html'))) >= (await lastChange(config))) return made;
  const outDir = join(folder, 'built');
  await build({ configFile: join(packages, config), logLevel: 'error', build: { outDir, emptyOutDir: true } });
  return outDir;
}
