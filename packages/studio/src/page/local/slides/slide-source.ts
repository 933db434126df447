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

/** Slides that are a file with a folder beside it, by the file's ending: what the folder of `scan` is called. */
const FOLDERS: Readonly<Record<string, (stem: string) => string>> = {
  mrxs: (stem) => stem,
  vsi: (stem) => `_${stem}_`,
};

/** Of the file's own folder; undefined for a slide of one file. */
function folderOf(path: string): string | undefined {
  const dot = path.lastIndexOf('.');
  return FOLDERS[path.slice(dot + 1).toLowerCase()]?.(path.slice(0, dot));
}

/** A file of such a slide and its folder. */
function withItsFolder({ path, file }: FolderFile, files: readonly FolderFile[]): NamedSource {
  const inside = `${folderOf(path)}/`;
  const beside = files.filter((one) => one.path === path || one.path.startsWith(inside));
  return { name: file.name, source: { kind: 'file', file, beside } };
}

/**
 * The slides of a folder: each `.mrxs` and `.vsi` with its own folder; without any the folder is one slide, such as the files of a DICOM series.
 * @returns them, and how many other files there are at its top, which are passed over
 */
export function slidesOfFolder({ name, files }: ChosenFolder): {
  readonly slides: readonly NamedSource[];
  readonly passedOver: number;
} {
  const top = files.filter(({ path }) => !path.includes('/') && !path.startsWith('.'));
  const named = top.filter(({ path }) => folderOf(path) !== undefined);
  if (named.length === 0) return { slides: [{ name, source: { kind: 'folder', files } }], passedOver: 0 };
  return { slides: named.map((one) => withItsFolder(one, files)), passedOver: top.length - named.length };
}

/** What was dropped together: a `.mrxs` or `.vsi` beside its own folder is a folder with both. */
export function joinDropped<T>(
  files: readonly T[],
  folders: readonly ChosenFolder[],
  fileOf: (one: T) => File | undefined,
): readonly (T | ChosenFolder)[] {
  const taken = new Set<ChosenFolder>();
  const joined = files.map((one): T | ChosenFolder => {
    const file = fileOf(one);
    const wanted = file && folderOf(file.name);
    const folder = wanted === undefined ? undefined : folders.find(({ name }) => name === wanted);
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
