/** Joins the studio to the slides, the models and the store of this browser. */
import { computed, signal } from '@preact/signals';
import { render } from 'preact';
import { Page } from '../../app/app.js';
import { createApp } from '../../app/create-app.js';
import { createOverlay } from '../../overlay/create-overlay.js';
import PrepareWorker from '../../overlay/prepare/prepare.worker.ts?worker&inline';
import { studioReview } from '../../review/studio-review.js';
import { createAppearance } from '../../state/appearance.js';
import { createConnection } from '../../state/connection.js';
import { followServer } from '../../state/follow.js';
import { createMessages, sentenceOf } from '../../state/messages.js';
import { browserStore, createPreferences } from '../../state/preferences.js';
import { createStudio, startStudio } from '../../state/studio.js';
import { bringOver } from '../backend/bring-over.js';
import { localBackend } from '../backend/local-backend.js';
import { localReview } from '../backend/local-review.js';
import { localExports } from '../export/local-exports.js';
import { createModels } from '../predict/models.js';
import PredictWorker from '../predict/predict.worker.ts?worker&inline';
import { PredictPanel } from '../predict/predict-panel.js';
import { createPredict } from '../predict/predict-state.js';
import { showPreview } from '../predict/preview.js';
import { listenToDrops } from '../slides/drop.js';
import { type Chosen, createLibrary } from '../slides/library.js';
import SlideWorker from '../slides/slide.worker.ts?worker&inline';
import type { SlideMethods } from '../slides/slide-methods.js';
import { NoLocalSlide, SlideTools } from '../slides/slide-tools.js';
import { createTileWorkers } from '../slides/tile-workers.js';
import StoreWorker from '../store/store.worker.ts?worker&inline';
import type { StoreMethods } from '../store/store-methods.js';
import { createCaller } from '../worker/calls.js';
import type { Loaded } from './load.js';

const NO_WEBGL = 'This browser has no WebGL2: outlines and maps cannot be drawn over the slide.';

/** Set by the build. */
declare const __FTUSEG_VERSION__: string;

export async function openStudio(root: HTMLElement, { runtimes }: Loaded): Promise<void> {
  // One keeps, which must not wait; the other reads results and measures them.
  const [store, results] = [1, 2].map(() => createCaller<StoreMethods>(() => new StoreWorker()));
  if (store === undefined || results === undefined) return;
  const makeSlides = () => createCaller<SlideMethods>(() => new SlideWorker());
  const tiles = createTileWorkers(makeSlides(), makeSlides());
  const models = createModels(store);
  const library = createLibrary(store, tiles);
  const messages = createMessages();
  const preferences = createPreferences(browserStore());
  const backend = localBackend(
    { library, tiles, store, results, models, version: __FTUSEG_VERSION__ },
    (predicted, measures) =>
      localExports({ library, store, results, predicted, measures, session: () => backend.session() }),
  );
  const studio = createStudio({
    backend,
    messages,
    connection: createConnection(backend.session),
    preferences,
    appearance: createAppearance(preferences, document.documentElement),
    makeOverlay: (canvas) => {
      const overlay = createOverlay(canvas, () => new PrepareWorker());
      if (overlay === undefined) throw new Error(NO_WEBGL);
      return overlay;
    },
    location: {
      read: () => window.location.hash,
      write: (fragment) => window.history.replaceState(null, '', fragment),
    },
  });
  const predict = createPredict({
    library,
    models,
    store,
    slide: studio.slides.current,
    seen: () => studio.camera.pane.peek()?.box(),
    makeWorker: () => new PredictWorker(),
    runtimes,
    changed: () => studio.slides.refresh(),
    bringOver: async (slide, prediction) => {
      const sentence = await bringOver({ library, store, predicted: backend.predicted }, slide, prediction);
      if (sentence === undefined) return false;
      if (studio.slides.current.peek() === slide) studio.document.refresh();
      messages.notice(sentence);
      return true;
    },
    notice: messages.notice,
  });
  showPreview({
    overlay: studio.overlay,
    slide: studio.slides.detail,
    classes: computed(() => studio.slides.session.value?.classes ?? []),
    run: predict.run,
    preview: predict.preview,
  });

  const busy = signal(false);
  const add = async (chosen: readonly Chosen[]): Promise<void> => {
    if (chosen.length === 0) return;
    busy.value = true;
    try {
      const { ids, notes } = await library.add(chosen);
      for (const note of notes) messages.notice(note);
      await studio.slides.refresh();
      const first = ids.find((id) => library.of(id)?.problem === undefined) ?? ids[0];
      if (first !== undefined) studio.openSlide(first);
    } catch (error) {
      messages.problem(error);
    } finally {
      busy.value = false;
    }
  };
  const takeWork = async (zip: File): Promise<void> => {
    try {
      const { taken, known } = await store.call('unpack', zip);
      await library.restore();
      await studio.slides.refresh();
      const here = known.length === 0 ? '' : ` ${known.join(', ')}: already in this browser, left as it is.`;
      messages.notice(taken.length === 0 ? here.trim() : `Work on ${taken.join(', ')} was taken.${here}`);
    } catch (error) {
      messages.problem(new Error(sentenceOf(error)));
    }
  };
  const source = { studio, library, add, takeWork, busy };
  const app = createApp(studio, window.localStorage, {
    panels: {
      review: studioReview(studio, localReview({ library, store, results })),
      jobs: () => <PredictPanel state={predict} messages={messages} slide={studio.slides.detail.value?.id} />,
    },
    labels: { jobs: 'Predict' },
    slideSource: { Tools: () => <SlideTools {...source} />, Empty: () => <NoLocalSlide {...source} /> },
  });
  await models.refresh();
  await library.restore();
  render(null, root);
  render(<Page app={app} />, root);
  const start = (): void => void startStudio(studio, window.location.hash);
  followServer(studio, start);
  listenToDrops((chosen) => void add(chosen));
  start();
  window.addEventListener('hashchange', () => studio.goToAddress(window.location.hash));
  window.addEventListener('beforeunload', (event) => {
    if (predict.run.peek()?.state === 'running') event.preventDefault();
  });
  // The browser may clear what it does not take for lasting, where the disk is nearly full.
  void navigator.storage.persist?.();
}
