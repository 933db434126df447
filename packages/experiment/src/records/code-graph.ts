/**
 * The code that a file depends on, found by following its imports through the packages of ftuseg: what is kept by hand misses files, and a
 * result then stays although the code behind it has changed.
 */
import { dirname, join } from 'node:path/posix';

/** Reads code: from the disk, or in tests from memory. Paths have `/` between their parts. */
export interface CodeReader {
  /** @returns undefined where there is no such file */
  read(path: string): Promise<string | undefined>;
  /** Names of the files of a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** What one file needs: files by their paths, packages of ftuseg as they are imported, and whether it loads the addon of its own package. */
interface Needs {
  readonly files: readonly string[];
  readonly addon: boolean;
  readonly packages: readonly string[];
}

// Compiled code has its imports at the beginning of lines; those in comments have a star before them.
const STATEMENT = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
/** Workers, programs, addons and data that lie beside the code. */
const BESIDE = /\bnew URL\(\s*['"](\.[^'"\n]+)['"]\s*,\s*import\.meta\.url\s*\)/g;

/** An addon that is looked for in several places. */
const ADDON = /\bloadAddon\(/;

const PACKAGE = /^@ftuseg\/([^/]+)(?:\/(.+))?$/;
const NATIVE_SOURCE = /\.(c|cc|cpp|h)$/;

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []);

function needsOf(path: string, text: string): Needs {
  if (!/\.[cm]?[jt]s$/.test(path)) return { files: [], addon: false, packages: [] };
  const imported = [...found(text, STATEMENT), ...found(text, CALL)];
  const relative = [...imported.filter((specifier) => specifier.startsWith('.')), ...found(text, BESIDE)];
  return {
    // A folder is a place to look for things, not code.
    files: relative.filter((specifier) => !specifier.endsWith('/')).map((specifier) => join(dirname(path), specifier)),
    addon: ADDON.test(text) || relative.some((specifier) => specifier.endsWith('.node')),
    packages: imported.filter((specifier) => PACKAGE.test(specifier)),
  };
}

/** What a package's `exports` says of an import in Node. */
function exported(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const file = ['node', 'import', 'default'].includes(condition) ? exported(inner) : undefined;
    if (file !== undefined) return file;
  }
  return undefined;
}

/**
 * Where a file of code lies. Sources stand for the compiled code that would run (`src/a.ts` for `dist/a.js`); sources that are not compiled,
 * as in tests, stand for themselves.
 */
export const placesOf = (path: string): string[] => [
  path.replace(/\/src\/(?!.*\/src\/)(.*)\.[jt]s$/, '/dist/$1.js'),
  path,
  path.replace(/\.js$/, '.ts'),
];

export interface CodeGraph {
  /**
   * @param entries absolute paths
   * @returns text of every file that is reached, by its path, in the order of paths
   */
  reach(entries: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Every file is read once, however many ask for it.
 * @param packages folder that holds the packages of ftuseg by their names
 * @example
 * const files = await createCodeGraph('/ftuseg/packages', reader).reach(['/ftuseg/packages/train/dist/loop/train.js']);
 */
export function createCodeGraph(packages: string, reader: CodeReader): CodeGraph {
  const texts = new Map<string, Promise<string | undefined>>();
  const needs = new Map<string, Promise<readonly string[]>>();
  const read = (path: string): Promise<string | undefined> => {
    const text = texts.get(path) ?? reader.read(path);
    texts.set(path, text);
    return text;
  };

  async function locate(path: string): Promise<string | undefined> {
    for (const place of placesOf(path)) if ((await read(place)) !== undefined) return place;
    return undefined;
  }

  /** An addon is built from all sources of its package. */
  async function nativeSources(path: string): Promise<string[]> {
    const [name = ''] = path.slice(packages.length + 1).split('/');
    const folder = join(packages, name, 'native');
    const sources = (await reader.list(folder)).filter((file) => NATIVE_SOURCE.test(file));
    return [...sources.map((file) => join(folder, file)), join(packages, name, 'binding.gyp')];
  }

  async function packageEntry(specifier: string): Promise<string | undefined> {
    const [, name = '', inside] = PACKAGE.exec(specifier) ?? [];
    const manifest: unknown = JSON.parse((await read(join(packages, name, 'package.json'))) ?? '{}');
    if (typeof manifest !== 'object' || manifest === null || !('exports' in manifest)) return undefined;
    const key = inside === undefined ? '.' : `./${inside}`;
    const table = new Map(Object.entries(manifest.exports ?? {}));
    const file = exported(table.get(key));
    return file === undefined ? undefined : join(packages, name, file);
  }

  async function needed(path: string): Promise<readonly string[]> {
    const { files, addon, packages: imported } = needsOf(path, (await read(path)) ?? '');
    const native = addon ? await nativeSources(path) : [];
    const entries = await Promise.all(imported.map(packageEntry));
    const wanted = [...files, ...native, ...entries.filter((entry) => entry !== undefined)];
    const places = await Promise.all(wanted.filter((file) => !file.endsWith('.node')).map(locate));
    return places.filter((place) => place !== undefined);
  }

  return {
    async reach(entries) {
      const reached = new Map<string, string>();
      let wave = (await Promise.all(entries.map(locate))).filter((path) => path !== undefined);
      while (wave.length > 0) {
        const next = new Set<string>();
        for (const path of wave) reached.set(path, (await read(path)) ?? '');
        const lists = await Promise.all(
          wave.map((path) => {
            const list = needs.get(path) ?? needed(path);
            needs.set(path, list);
            return list;
          }),
        );
        for (const path of lists.flat()) if (!reached.has(path)) next.add(path);
        wave = [...next];
      }
      return new Map([...reached].sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}
