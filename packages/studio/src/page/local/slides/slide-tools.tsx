/** Above the list of slides: opens files, says that nothing leaves the computer, and deletes work. */
import './local.css';
import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { sentenceOf } from '../../state/messages.js';
import type { Studio } from '../../state/studio.js';
import { LOCKED } from '../start/lock.js';
import { chosenFolder } from './folder-entries.js';
import { filePicker } from './handles.js';
import type { Chosen, Library } from './library.js';

export interface SlideSourceOptions {
  readonly studio: Studio;
  readonly library: Library;
  /** Opens them and shows the first. */
  readonly add: (chosen: readonly Chosen[]) => Promise<void>;
  /** Takes work out of a ZIP. */
  readonly takeWork: (zip: File) => Promise<void>;
  readonly busy: ReadonlySignal<boolean>;
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

function OpenButton({ studio, add, busy, primary }: SlideSourceOptions & { readonly primary: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const pick = filePicker();
  const choose = async (): Promise<void> => {
    if (pick === undefined) {
      input.current?.click();
      return;
    }
    try {
      await add(await pick());
    } catch (error) {
      // Nothing was chosen.
      if (!isAbort(error)) studio.messages.problem(error);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        class="visually-hidden"
        aria-label="Slide files"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file may be chosen again.
          event.currentTarget.value = '';
          void add(files);
        }}
      />
      <button
        type="button"
        class={primary ? 'button primary' : 'button outlined'}
        disabled={busy.value}
        onClick={() => void choose()}
      >
        {busy.value ? 'Opening …' : 'Open slides …'}
      </button>
    </>
  );
}

/** For slides of several files: a DICOM series, MIRAX, VSI, OME-Zarr. */
function OpenFolderButton({ add, busy }: Pick<SlideSourceOptions, 'add' | 'busy'>) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={(element) => {
          input.current = element;
          if (element !== null) element.webkitdirectory = true;
        }}
        type="file"
        class="visually-hidden"
        aria-label="Slide folder"
        tabIndex={-1}
        onChange={(event) => {
          const folder = chosenFolder([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
          if (folder !== undefined) void add([folder]);
        }}
      />
      <button type="button" class="button outlined" disabled={busy.value} onClick={() => input.current?.click()}>
        Open folder …
      </button>
    </>
  );
}

export function SlideTools(options: SlideSourceOptions) {
  const { studio, library, takeWork } = options;
  const zip = useRef<HTMLInputElement>(null);
  const sure = useSignal<string | undefined>(undefined);
  const current = library.slides.value.find(({ record }) => record.id === studio.slides.current.value);
  const remove = async (id: string): Promise<void> => {
    if (sure.value !== id) {
      sure.value = id;
      return;
    }
    sure.value = undefined;
    try {
      studio.slides.leave();
      await library.remove(id);
      await studio.slides.refresh();
      const next = studio.slides.slides.peek()[0];
      if (next !== undefined) studio.openSlide(next.id);
    } catch (error) {
      studio.messages.problem(new Error(sentenceOf(error)));
    }
  };
  return (
    <div class="slide-tools">
      <div class="job-actions">
        <OpenButton {...options} primary={false} />
        <OpenFolderButton {...options} />
        <input
          ref={zip}
          type="file"
          accept=".zip"
          class="visually-hidden"
          aria-label="Exported work"
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (file !== undefined) void takeWork(file);
          }}
        />
        <button type="button" class="button outlined" onClick={() => zip.current?.click()}>
          Open work (ZIP) …
        </button>
        {current !== undefined && (
          <button type="button" class="button outlined" onClick={() => void remove(current.record.id)}>
            {sure.value === current.record.id ? 'Delete for good' : 'Delete work'}
          </button>
        )}
      </div>
      {sure.value !== undefined && sure.value === current?.record.id && (
        <p class="problem">
          Predictions and corrections of {current.record.name} are deleted in this browser; its file stays.
        </p>
      )}
      <p class="locked">{LOCKED}</p>
    </div>
  );
}

/** Where the slide would be, while none is open. */
export function NoLocalSlide(options: SlideSourceOptions) {
  const { studio, library } = options;
  const current = library.slides.value.find(({ record }) => record.id === studio.slides.current.value);
  const allow = async (id: string): Promise<void> => {
    if (!(await library.allow(id))) {
      studio.messages.problem(new Error('The browser did not let the page read the file: choose it again.'));
      return;
    }
    await studio.slides.refresh();
    await studio.slides.open(id);
  };
  const isAwaited = current !== undefined && current.problem === undefined && current.source === undefined;
  return (
    <section class="viewer empty local-empty" aria-label="Slide">
      <div class="local-words">
        {current?.problem !== undefined && <p class="problem">{current.problem}</p>}
        {isAwaited && (
          <>
            <h2>{current.record.name}</h2>
            <p>
              Your work on this slide is kept in this browser. A page may not read a file again by itself:{' '}
              {current.handle !== undefined
                ? 'allow it, and it goes on.'
                : `choose the same ${current.record.isFolder === true ? 'folder' : 'file'}, and it goes on.`}
            </p>
            {current.handle !== undefined && (
              <button type="button" class="button primary" onClick={() => void allow(current.record.id)}>
                Read {current.record.name} again
              </button>
            )}
          </>
        )}
        {current === undefined && (
          <>
            <h2>Open a slide from this computer</h2>
            <p>
              Choose files or a folder, or drop them here: SVS, NDPI, SCN, OME-TIFF, and others; folders of DICOM,
              MIRAX, VSI and OME-Zarr. They are read in this browser and sent nowhere.
            </p>
          </>
        )}
        <div class="job-actions">
          <OpenButton {...options} primary={!isAwaited || current.handle === undefined} />
          <OpenFolderButton {...options} />
        </div>
      </div>
    </section>
  );
}
