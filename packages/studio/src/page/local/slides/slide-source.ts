/** What of the person's disk is a slide: a file, a file with what lies beside it, or a folder. Workers are handed it as it is. */

/** A file of a folder, by its path from there: `scan/Index.dat`. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** A folder that was chosen or dropped, with all that lies in it. */
export interface ChosenFolder {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

export type SlideSource =
  /** `beside`: its folder, the file itself in it; unset where the page was given the file alone. */
  | { readonly kind: 'file'; readonly file: File; readonly beside?: readonly FolderFile[] | undefined }
  | { readonly kind: 'folder'; readonly files: readonly FolderFile[] };

export interface NamedSource {
  readonly name: string;
  readonly source: SlideSource;
}

const MIRAX = /\.mrxs$/i;
const stemOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));

/** A file of a MIRAX slide and the folder of its name. */
function withItsFolder({ path, file }: FolderFile, files: readonly FolderFile[]): NamedSource {
  const inside = `${stemOf(path)}/`;
  const beside = files.filter((one) => one.path === path || one.path.startsWith(inside));
  return { name: file.name, source: { kind: 'file', file, beside } };
}

/**
 * The slides of a folder: each `.mrxs` with the folder of its name; without any the folder is one slide, such as the files of a DICOM series.
 * @returns them, and how many other files there are at its top, which are passed over
 */
export function slidesOfFolder({ name, files }: ChosenFolder): {
  readonly slides: readonly NamedSource[];
  readonly passedOver: number;
} {
  const top = files.filter(({ path }) => !path.includes('/') && !path.startsWith('.'));
  const mirax = top.filter(({ path }) => MIRAX.test(path));
  if (mirax.length === 0) return { slides: [{ name, source: { kind: 'folder', files } }], passedOver: 0 };
  return { slides: mirax.map((one) => withItsFolder(one, files)), passedOver: top.length - mirax.length };
}

/** What was dropped together: a `.mrxs` beside the folder of its name is a folder with both. */
export function joinDropped<T>(
  files: readonly T[],
  folders: readonly ChosenFolder[],
  fileOf: (one: T) => File | undefined,
): readonly (T | ChosenFolder)[] {
  const taken = new Set<ChosenFolder>();
  const joined = files.map((one): T | ChosenFolder => {
    const file = fileOf(one);
    const folder = file && MIRAX.test(file.name) ? folders.find(({ name }) => name === stemOf(file.name)) : undefined;
    if (file === undefined || folder === undefined) return one;
    taken.add(folder);
    const inside = folder.files.map((inner) => ({ path: `${folder.name}/${inner.path}`, file: inner.file }));
    return { name: file.name, files: [{ path: file.name, file }, ...inside] };
  });
  return [...joined, ...folders.filter((folder) => !taken.has(folder))];
}

/** Octets of all its files. */
export const bytesOf = (source: SlideSource): number => filesOf(source).reduce((sum, { file }) => sum + file.size, 0);

/** All its files, the one that is opened first. */
export function filesOf(source: SlideSource): readonly FolderFile[] {
  if (source.kind === 'folder') return source.files;
  const { file, beside = [] } = source;
  return [{ path: file.name, file }, ...beside.filter((one) => one.file !== file)];
}
