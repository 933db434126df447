/** Which files go into a package and under which names; mistakes are found before anything is written. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';

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

const orExplain = <T>(work: Promise<T>, path: string): Promise<T> =>
  work.catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

/** A folder as somebody gave it, without links. */
interface Root {
  readonly path: string;
  readonly keep: (name: string) => boolean;
}

/** @param above the folders that are being walked, without links */
async function walk(path: string, name: string, root: Root, above: readonly string[]): Promise<PackedFile[]> {
  const real = await orExplain(realpath(path), path);
  const refuse = (problem: string): never => {
    throw new FtuError('bad-input', problem, {
      subject: path,
      hint: 'remove the link, or give what it leads to with `--files`',
    });
  };
  if (!isInside(real, root.path)) refuse(`this link leads out of the folder, to ${real}`);
  if (above.includes(real)) refuse('this link leads to a folder that it lies in');
  const entry = await orExplain(stat(real), path);
  if (entry.isFile()) return root.keep(basename(name)) ? [{ path: real, name, bytes: entry.size }] : [];
  if (!entry.isDirectory()) {
    throw new FtuError('bad-input', 'this is neither a file nor a folder', { subject: path, hint: 'remove it' });
  }
  const names = (await orExplain(readdir(real), path)).filter((inside) => !inside.startsWith('.'));
  const files = names.map((inside) => walk(join(path, inside), `${name}/${inside}`, root, [...above, real]));
  return (await Promise.all(files)).flat();
}

/**
 * The files named, and those in the folders named, sorted by name. A file is packed under its own name, a folder as itself; hidden files in
 * folders, which half-written ones are too, stay out. Links are followed inside the folder that was given, never out of it.
 *
 * @param out where the package goes, which must not lie in one of the folders
 * @throws FtuError `not-found`; `bad-input` for a link that leads out of its folder or in a circle, what is neither file nor folder, two files
 * of one name, or none
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
    const root = { path: await orExplain(realpath(path), path), keep: source.keep ?? (() => true) };
    files.push(...(await walk(path, basename(path), root, [])));
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
