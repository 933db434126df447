/** The slides of this browser: those whose files are at hand, and those of earlier work whose files are awaited. */
import { counted } from '@ftuseg/core';
import type { SizedEstimate } from '@ftuseg/infer/browser';
import { type ReadonlySignal, signal } from '@preact/signals';
import { sentenceOf } from '../../state/messages.js';
import type { SlideRecord, SlideWork } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { fileOf, forgetHandle, keepHandle, keptHandle } from './handles.js';
import { identityOf } from './identity.js';
import type { SlideFile } from './slide-methods.js';
import {
  bytesOf,
  type ChosenFolder,
  filesOf,
  type NamedSource,
  type SlideSource,
  slidesOfFolder,
} from './slide-source.js';
import type { TileWorkers } from './tile-workers.js';

export interface LibrarySlide {
  readonly record: SlideRecord;
  readonly work: SlideWork | undefined;
  /** Undefined: the page may not read it yet. */
  readonly source: SlideSource | undefined;
  /** A click is enough to read it again. */
  readonly handle: FileSystemFileHandle | undefined;
  /** Why it cannot be opened, in a sentence. */
  readonly problem: string | undefined;
}

/** What a person opens: a file, a handle of one, or a folder. */
export type Chosen = File | FileSystemFileHandle | ChosenFolder;

export interface Library {
  readonly slides: ReadonlySignal<readonly LibrarySlide[]>;
  readonly of: (id: string) => LibrarySlide | undefined;
  /** Of small pictures. */
  readonly thumbnails: ReadonlySignal<ReadonlyMap<string, string>>;
  /** Earlier work, and files that may be read without asking; what is open stays so. */
  readonly restore: () => Promise<void>;
  /** @returns the ids of what was added, those that cannot be opened included, and sentences on what was not looked at */
  readonly add: (
    chosen: readonly Chosen[],
  ) => Promise<{ readonly ids: readonly string[]; readonly notes: readonly string[] }>;
  /** Asks for permission; within a click. @returns whether the file is at hand now */
  readonly allow: (id: string) => Promise<boolean>;
  /** Keeps the scale that a person stated, micrometres per level-0 pixel, or the estimate that it is of; undefined: none. */
  readonly stateScale: (
    id: string,
    micronsPerPixel: number | undefined,
    scaleEstimate: SizedEstimate | undefined,
  ) => Promise<void>;
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

  const open = async (named: NamedSource, handle: FileSystemFileHandle | undefined): Promise<string> => {
    const { name, source } = named;
    const id = await identityOf(named);
    const work = await store.call('work', id);
    const isFolder = filesOf(source).length > 1 || source.kind === 'folder';
    const record: SlideRecord = {
      id,
      name,
      bytes: bytesOf(source),
      ...(isFolder ? { isFolder } : {}),
      opened: Date.now(),
      micronsPerPixel: work?.slide.micronsPerPixel,
    };
    try {
      const facts = await tiles.facts({ id, ...named });
      const opened = { ...record, facts };
      await store.call('keepSlide', opened);
      if (handle !== undefined) await keepHandle(id, handle);
      put({ record: opened, work: await store.call('work', id), source, handle, problem: undefined });
      // A picture in the list is not worth a message.
      makeThumbnail({ id, ...named }).catch(() => undefined);
    } catch (error) {
      put({ record, work, source, handle, problem: sentenceOf(error) });
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
        // A slide that is open stays open: a file that was chosen without a handle could not be found again.
        const here = of(id);
        if (here?.source !== undefined) {
          put({ ...here, work });
          continue;
        }
        const handle = await keptHandle(id);
        const file = handle === undefined ? undefined : await fileOf(handle, false);
        const source = file === undefined ? undefined : ({ kind: 'file', file } as const);
        put({ record: work.slide, work, source, handle, problem: undefined });
        const picture = await store.call('thumbnail', id);
        if (picture !== undefined) showThumbnail(id, picture);
      }
    },
    add: async (chosen) => {
      const [ids, notes]: [string[], string[]] = [[], []];
      for (const one of chosen) {
        if (!('files' in one)) {
          const file = one instanceof File ? one : await one.getFile();
          ids.push(
            await open({ name: file.name, source: { kind: 'file', file } }, one instanceof File ? undefined : one),
          );
          continue;
        }
        const { slides: found, passedOver } = slidesOfFolder(one);
        for (const slide of found) ids.push(await open(slide, undefined));
        if (passedOver > 0)
          notes.push(`${one.name}: ${counted(passedOver, 'other file')} beside its .mrxs or .vsi files not opened.`);
      }
      return { ids, notes };
    },
    allow: async (id) => {
      const handle = of(id)?.handle;
      const file = handle === undefined ? undefined : await fileOf(handle, true);
      if (file === undefined) return false;
      return (await open({ name: file.name, source: { kind: 'file', file } }, handle)) === id;
    },
    stateScale: async (id, micronsPerPixel, scaleEstimate) => {
      const slide = of(id);
      if (slide === undefined) return;
      // What the page shows is kept: it may be closed at any moment.
      await store.call('keepSlide', { ...slide.record, micronsPerPixel, scaleEstimate });
      const now = of(id) ?? slide;
      put({ ...now, record: { ...now.record, micronsPerPixel, scaleEstimate } });
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
      if (slide?.source === undefined) throw new Error(`Slide ${slide?.record.name ?? id}: ${AWAITED}.`);
      return { id, source: slide.source, name: slide.record.name };
    },
  };
}
