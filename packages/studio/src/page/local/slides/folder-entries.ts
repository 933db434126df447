/** Folders as browsers hand them out: by a choice (`webkitdirectory`), or dropped (File and Directory Entries API). */
import type { ChosenFolder, FolderFile } from './slide-source.js';

/** @returns undefined where nothing was chosen, or the folder is empty */
export function chosenFolder(files: readonly File[]): ChosenFolder | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const [name = first.name] = first.webkitRelativePath.split('/');
  return { name, files: files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file })) };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
export const isFolder = (entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true;

/** All entries of a folder: a browser hands them out in parts, an empty one last. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return all;
    all.push(...part);
  }
}

async function* filesIn(folder: FileSystemDirectoryEntry, above: string): AsyncGenerator<FolderFile> {
  for (const entry of await entriesOf(folder)) {
    const path = `${above}${entry.name}`;
    if (isFolder(entry)) yield* filesIn(entry, `${path}/`);
    else if (isFile(entry))
      yield { path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) };
  }
}

export async function droppedFolder(entry: FileSystemDirectoryEntry): Promise<ChosenFolder> {
  const files: FolderFile[] = [];
  for await (const file of filesIn(entry, '')) files.push(file);
  return { name: entry.name, files };
}
