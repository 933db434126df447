/** Where a browser lets a page keep handles of files (File System Access): a closed tab asks for permission again instead of for the file. */
import { droppedFolder, isFolder } from './folder-entries.js';
import { type ChosenFolder, joinDropped } from './slide-source.js';

const NAME = 'ftuseg-files';
const TABLE = 'handles';

/** What a handle can be asked; the library of types does not know it yet. */
interface Permission {
  readonly queryPermission: (mode: { readonly mode: 'read' }) => Promise<PermissionState>;
  readonly requestPermission: (mode: { readonly mode: 'read' }) => Promise<PermissionState>;
}

const hasPermission = (handle: FileSystemFileHandle): handle is FileSystemFileHandle & Permission =>
  'queryPermission' in handle && 'requestPermission' in handle;

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function table(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(TABLE);
  return (await answered(opening)).transaction(TABLE, mode).objectStore(TABLE);
}

/** A browser that keeps none asks for the file again: nothing is lost. */
export async function keepHandle(slide: string, handle: FileSystemFileHandle): Promise<void> {
  await table('readwrite')
    .then((handles) => answered(handles.put(handle, slide)))
    .catch(() => undefined);
}

export async function forgetHandle(slide: string): Promise<void> {
  await table('readwrite')
    .then((handles) => answered(handles.delete(slide)))
    .catch(() => undefined);
}

/** @returns undefined where none is kept */
export async function keptHandle(slide: string): Promise<FileSystemFileHandle | undefined> {
  const found: unknown = await table('readonly')
    .then((handles) => answered(handles.get(slide)))
    .catch(() => undefined);
  return typeof FileSystemFileHandle === 'function' && found instanceof FileSystemFileHandle ? found : undefined;
}

/**
 * @param ask true within a click: the browser asks the person
 * @returns undefined without permission, or where the file is gone
 */
export async function fileOf(handle: FileSystemFileHandle, ask: boolean): Promise<File | undefined> {
  try {
    if (hasPermission(handle)) {
      const state = await (ask ? handle.requestPermission({ mode: 'read' }) : handle.queryPermission({ mode: 'read' }));
      if (state !== 'granted') return undefined;
    }
    return await handle.getFile();
  } catch {
    return undefined;
  }
}

interface PickerScope {
  readonly showOpenFilePicker: (options: { readonly multiple: true }) => Promise<readonly FileSystemFileHandle[]>;
}

const hasPicker = (scope: object): scope is PickerScope => 'showOpenFilePicker' in scope;

/** @returns the browser's own choice of files with handles; undefined where there is none */
export const filePicker = (): (() => Promise<readonly FileSystemFileHandle[]>) | undefined => {
  const scope: object = window;
  return hasPicker(scope) ? () => scope.showOpenFilePicker({ multiple: true }) : undefined;
};

/** @returns handles of files that were dropped, where there are any, files where not, and folders */
export async function dropped(
  transfer: DataTransfer,
): Promise<readonly (FileSystemFileHandle | File | ChosenFolder)[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  // All are asked at once: what was dropped is gone after the first wait.
  const found = items.map(async (item) => {
    const entry = item.webkitGetAsEntry();
    if (isFolder(entry)) return { folder: await droppedFolder(entry) };
    const file = item.getAsFile();
    if (!('getAsFileSystemHandle' in item) || typeof item.getAsFileSystemHandle !== 'function') return { file };
    const handle: unknown = await item.getAsFileSystemHandle();
    return handle instanceof FileSystemFileHandle ? { file, handle } : { file };
  });
  const all = await Promise.all(found);
  const folders = all.flatMap(({ folder }) => folder ?? []);
  const files = all.filter(({ file }) => file !== undefined && file !== null);
  const joined = joinDropped(files, folders, ({ file }) => file ?? undefined);
  return joined.flatMap((one) => ('files' in one ? one : (one.handle ?? one.file ?? [])));
}
