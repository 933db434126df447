/** The slides of this browser: those whose files are at hand, and those of earlier work whose files are awaited. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { sentenceOf } from '../../state/messages.js';
import type { SlideRecord, SlideWork } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { fileOf, forgetHandle, keepHandle, keptHandle } from './handles.js';
import { identityOf } from './identity.js';
import type { SlideFile } from './slide-methods.js';
import type { TileWorkers } from './tile-workers.js';

export interface LibrarySlide {
  readonly record: SlideRecord;
  readonly work: SlideWork | undefined;
  /** Undefined: the page may not read it yet. */
  readonly file: File | undefined;
  /** A click is enough to read it again. */
  readonly handle: FileSystemFileHandle | undefined;
  /** Why it cannot be opened, in a sentence. */
  readonly problem: string | undefined;
}

export interface Library {
  readonly slides: ReadonlySignal<readonly LibrarySlide[]>;
  readonly of: (id: string) => LibrarySlide | undefined;
  /** Of small pictures. */
  readonly thumbnails: ReadonlySignal<ReadonlyMap<string, string>>;
  /** Earlier work, and files that may be read without asking. */
  readonly restore: () => Promise<void>;
  /** @returns the ids of what was added, those that cannot be opened included */
  readonly add: (chosen: readonly (File | FileSystemFileHandle)[]) => Promise<readonly string[]>;
  /** Asks for permission; within a click. @returns whether the file is at hand now */
  readonly allow: (id: string) => Promise<boolean>;
  /** Reads what is kept of a slide anew. */
  readonly reread: (id: string) => Promise<void>;
  /** Deletes everything that is kept of it; the file stays where it is. */
  readonly remove: (id: string) => Promise<void>;
  /** What workers open. @throws {Error} where the file is not at hand */
  readonly fileFor: (id: string) => SlideFile;
}

const THUMBNAIL = 160;

export const AWAITED = 'its file is not at hand';

export function createLibrary(store: Caller<StoreMethods>, tiles: TileWorkers): Library {
  const slides = signal<readonly LibrarySlide[]>([]);
  const thumbnails = signal<ReadonlyMap<string, string>>(new Map());
  const of = (id: string): LibrarySlide | undefined => slides.peek().find(({ record }) => record.id === id);
  const put = (slide: LibrarySlide): void => {
    const others = slides.peek().filter(({ record }) => record.id !== slide.record.id);
    const isKnown = others.length < slides.peek().length;
    slides.value = isKnown
      ? slides.peek().map((one) => (one.record.id === slide.record.id ? slide : one))
      : [slide, ...others];
  };
  const showThumbnail = (id: string, bytes: Uint8Array): void => {
    const address = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'image/bmp' }));
    thumbnails.value = new Map([...thumbnails.peek(), [id, address]]);
  };
  const makeThumbnail = async (file: SlideFile): Promise<void> => {
    if (thumbnails.peek().has(file.id)) return;
    const kept = await store.call('thumbnail', file.id);
    const bytes = kept ?? (await tiles.thumbnail(file, THUMBNAIL));
    if (kept === undefined) await store.call('keepThumbnail', { slide: file.id, bytes });
    showThumbnail(file.id, bytes);
  };

  const open = async (file: File, handle: FileSystemFileHandle | undefined): Promise<string> => {
    const id = await identityOf(file);
    const work = await store.call('work', id);
    const record: SlideRecord = { id, name: file.name, bytes: file.size, opened: Date.now() };
    try {
      const facts = await tiles.facts({ id, file, name: file.name });
      const opened = { ...record, facts };
      await store.call('keepSlide', opened);
      if (handle !== undefined) await keepHandle(id, handle);
      put({ record: opened, work: await store.call('work', id), file, handle, problem: undefined });
      // A picture in the list is not worth a message.
      makeThumbnail({ id, file, name: file.name }).catch(() => undefined);
    } catch (error) {
      put({ record, work, file, handle, problem: sentenceOf(error) });
    }
    return id;
  };

  return {
    slides,
    of,
    thumbnails,
    restore: async () => {
      for (const work of [...(await store.call('works', null))].reverse()) {
        const { id } = work.slide;
        const handle = await keptHandle(id);
        const file = handle === undefined ? undefined : await fileOf(handle, false);
        put({ record: work.slide, work, file, handle, problem: undefined });
        const picture = await store.call('thumbnail', id);
        if (picture !== undefined) showThumbnail(id, picture);
      }
    },
    add: async (chosen) => {
      const ids: string[] = [];
      for (const one of chosen) {
        const handle = one instanceof File ? undefined : one;
        ids.push(await open(one instanceof File ? one : await one.getFile(), handle));
      }
      return ids;
    },
    allow: async (id) => {
      const handle = of(id)?.handle;
      const file = handle === undefined ? undefined : await fileOf(handle, true);
      if (file === undefined) return false;
      return (await open(file, handle)) === id;
    },
    reread: async (id) => {
      const slide = of(id);
      if (slide !== undefined) put({ ...slide, work: await store.call('work', id) });
    },
    remove: async (id) => {
      await store.call('removeWork', id);
      await forgetHandle(id);
      slides.value = slides.peek().filter(({ record }) => record.id !== id);
    },
    fileFor: (id) => {
      const slide = of(id);
      if (slide?.file === undefined) throw new Error(`Slide ${slide?.record.name ?? id}: ${AWAITED}.`);
      return { id, file: slide.file, name: slide.record.name };
    },
  };
}
