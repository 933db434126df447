/** Which files go into a package and under which names; mistakes are found before anything is written. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/slide';

export interface PackSource {
  /** A file or a folder. */
  readonly path: string;
  /** Whether a file of that name (without folders) goes in; default: all do. */
  readonly keep?: ((name: string) => boolean) | undefined;
}

export interface PackedFile {
  /** Absolute. */
  readonly path: string;
  /** Inside the package, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
}

const found = (path: string) =>
  stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });

async function walk(path: string, name: string, keep: (name: string) => boolean): Promise<PackedFile[]> {
  const entry = await found(path);
  if (entry.isFile()) return keep(basename(name)) ? [{ path, name, bytes: entry.size }] : [];
  if (!entry.isDirectory()) return [];
  const names = (await readdir(path)).filter((inside) => !inside.startsWith('.'));
  return (await Promise.all(names.map((inside) => walk(join(path, inside), `${name}/${inside}`, keep)))).flat();
}

/**
 * The files named, and those in the folders named, sorted by name. A file is packed under its own name, a folder as itself; hidden files in
 * folders, which half-written ones are too, stay out.
 *
 * @param out where the package goes, which must not lie in one of the folders
 * @throws FtuError `not-found`; `bad-input` for two files of one name, or none
 */
export async function listFiles(sources: readonly PackSource[], out: string): Promise<PackedFile[]> {
  const files: PackedFile[] = [];
  for (const source of sources) {
    const path = resolve(source.path);
    const way = relative(path, resolve(out));
    if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`))) {
      throw new FtuError('bad-input', 'the package would hold itself', {
        subject: out,
        hint: `write it outside ${path}`,
      });
    }
    files.push(...(await walk(path, basename(path), source.keep ?? (() => true))));
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = files.find(({ name }, i) => files[i + 1]?.name === name);
  if (twice !== undefined) {
    throw new FtuError('bad-input', 'two files would have this name in the package', { subject: twice.name });
  }
  if (files.length === 0)
    throw new FtuError('bad-input', 'there are no files to package', {
      subject: sources.map(({ path }) => path).join(', '),
    });
  return files;
}
