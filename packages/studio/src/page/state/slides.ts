/** The session, its slides, and the one that is open. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { SlideDetail, SlideSummary, StudioSession } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import type { Messages } from './messages.js';

export interface SlidesState {
  readonly session: ReadonlySignal<StudioSession | undefined>;
  readonly slides: ReadonlySignal<readonly SlideSummary[]>;
  /** Its id; undefined: none is chosen yet. */
  readonly current: ReadonlySignal<string | undefined>;
  /** Of the current slide, once it is known and can be opened. */
  readonly detail: ReadonlySignal<SlideDetail | undefined>;
  readonly loading: ReadonlySignal<boolean>;
  /** Reads session and list anew, and the open slide's layers: a job may have added some. */
  readonly refresh: () => Promise<void>;
  readonly open: (slide: string) => Promise<void>;
  /** No slide is open any more. */
  readonly leave: () => void;
  /** Reads the list anew: counts change while one corrects, scores come when they are computed. Says nothing if it cannot. */
  readonly readList: () => Promise<void>;
}

export function createSlides(backend: Backend, messages: Messages): SlidesState {
  const session = signal<StudioSession | undefined>(undefined);
  const slides = signal<readonly SlideSummary[]>([]);
  const current = signal<string | undefined>(undefined);
  const detail = signal<SlideDetail | undefined>(undefined);
  const loading = signal(false);

  const readDetail = async (slide: string): Promise<void> => {
    try {
      const found = await backend.slide(slide);
      // Another slide may have been chosen meanwhile.
      if (current.peek() === slide) detail.value = found.problem === undefined ? found : undefined;
    } catch (error) {
      if (current.peek() === slide) messages.problem(error, () => void readDetail(slide));
    }
  };

  const refresh = async (): Promise<void> => {
    loading.value = true;
    try {
      const [nextSession, nextSlides] = await Promise.all([backend.session(), backend.slides()]);
      session.value = nextSession;
      slides.value = nextSlides;
      const slide = current.peek();
      if (slide !== undefined && detail.peek() !== undefined) await readDetail(slide);
    } catch (error) {
      messages.problem(error, () => void refresh());
    } finally {
      loading.value = false;
    }
  };

  const open = async (slide: string): Promise<void> => {
    if (current.peek() === slide && detail.peek() !== undefined) return;
    current.value = slide;
    detail.value = undefined;
    const known = slides.peek().find(({ id }) => id === slide);
    if (known?.problem === undefined) await readDetail(slide);
  };

  const readList = async (): Promise<void> => {
    try {
      slides.value = await backend.slides();
    } catch {
      // The connection says what there is to say; the list that is known stays.
    }
  };
  const leave = (): void => {
    current.value = undefined;
    detail.value = undefined;
  };
  return { session, slides, current, detail, loading, refresh, open, leave, readList };
}
