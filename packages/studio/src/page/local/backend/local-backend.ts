/** The page's backend without a server: slides from the disk, everything else from the browser's own store. */
import { createMemorySource, type MemorySource } from '../../../outlines/memory-source.js';
import { isArea } from '../../../protocol/objects.js';
import { type Backend, BackendError, type ExportChoice } from '../../backend/backend.js';
import type { Models } from '../predict/models.js';
import type { Library, LibrarySlide } from '../slides/library.js';
import type { TileWorkers } from '../slides/tile-workers.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { baseOf, PredictedObjects, readState, storeTransport } from './base.js';
import { mapLayers, mapRows, mapSource } from './local-maps.js';
import { createLocalMeasures, type LocalMeasures } from './local-measures.js';
import { detailOf, predictionOf, type SlideNumbers, sessionOf, summaryOf } from './slide-texts.js';

export interface LocalParts {
  readonly library: Library;
  readonly tiles: TileWorkers;
  /** Keeps edits: it must not wait. */
  readonly store: Caller<StoreMethods>;
  /** Reads predictions. */
  readonly results: Caller<StoreMethods>;
  readonly models: Models;
  readonly version: string;
}

export interface LocalBackend extends Backend {
  readonly predicted: PredictedObjects;
}

/** One pixel, for slides whose picture is not made yet. */
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** @param exports what can be taken along, by what the backend knows */
export function localBackend(
  parts: LocalParts,
  exports: (predicted: PredictedObjects, measures: LocalMeasures) => readonly ExportChoice[],
): LocalBackend {
  const { library, tiles, store, results, models, version } = parts;
  const predicted = new PredictedObjects(results);
  const measures = createLocalMeasures({ store, results }, predicted, ({ record }, { id }, klass) =>
    mapRows(results, record.id, id, klass),
  );
  const known = (id: string): LibrarySlide => {
    const slide = library.of(id);
    if (slide === undefined) throw new BackendError('There is no such slide any more.', 'refused');
    return slide;
  };

  /** By slide, with what the numbers follow from: work that was deleted begins anew with the first revision. */
  const counted = new Map<string, { readonly from: string; readonly numbers: SlideNumbers }>();
  const numbersOf = async (slide: LibrarySlide): Promise<SlideNumbers> => {
    const { id } = slide.record;
    const base = baseOf(slide.work);
    const predictedCounts = base?.finished?.counts ?? {};
    const { revision, state } = await readState(store, id).catch(() => ({ revision: 0, state: undefined }));
    if (revision === 0 || state === undefined) return { counts: predictedCounts, revision };
    const from = JSON.stringify([revision, base?.id, base?.finished?.time]);
    const before = counted.get(id);
    if (before?.from === from) return before.numbers;
    const counts: Record<string, number> = {};
    for await (const { class: name } of predicted.corrected(slide, state)) {
      if (!isArea(name)) counts[name] = (counts[name] ?? 0) + 1;
    }
    const numbers = { counts, revision };
    counted.set(id, { from, numbers });
    return numbers;
  };

  const sources = new Map<string, Promise<MemorySource>>();
  const source = (slide: string, layer: string): Promise<MemorySource> => {
    const one = known(slide);
    const prediction = predictionOf(layer);
    const key = `${slide} ${prediction}`;
    const before = sources.get(key);
    if (before !== undefined) return before;
    const size = one.record.facts ?? { width: 1, height: 1 };
    const made = predicted.of(one, prediction).then((objects) => createMemorySource(objects, size));
    // Another slide's index is made again when it is opened.
    if (![...sources.keys()].every((other) => other.startsWith(`${slide} `))) sources.clear();
    sources.set(key, made);
    made.catch(() => sources.delete(key));
    return made;
  };

  return {
    predicted,
    session: async () => sessionOf(library.slides.peek(), models.list.peek(), version),
    slides: () => Promise.all(library.slides.peek().map(async (slide) => summaryOf(slide, await numbersOf(slide)))),
    slide: async (id) => {
      const slide = known(id);
      return detailOf(slide, await numbersOf(slide), await mapLayers(results, slide));
    },
    thumbnail: (slide) => library.thumbnails.value.get(slide) ?? BLANK,
    overlayPicture: () => BLANK,
    // Never fetched: the name by which the viewer keeps a tile.
    tile: (slide, level, x, y, colours) => `tile:${slide}/${colours}/${level}/${x}_${y}`,
    tilePixels: async (slide, level, x, y, colours, signal) => {
      const finest = known(slide).record.facts?.finest ?? 0;
      return tiles.tile({ ...library.fileFor(slide), level, x, y, colours, finest }, signal);
    },
    outlines: (slide, layer) => ({
      index: async () => (await source(slide, layer)).index(),
      chunk: async (chunk) => (await source(slide, layer)).chunk(chunk),
      coverage: async (level, x, y) => (await source(slide, layer)).coverage(level, x, y),
    }),
    map: (slide, layer) => mapSource(results, slide, layer),
    measures: (slide, object) => measures.ofObject(known(slide), object),
    slideMeasures: (slide) => measures.ofSlide(known(slide)),
    edits: (slide) =>
      storeTransport(
        store,
        () => library.of(slide),
        () => void library.reread(slide),
      ),
    disagreements: async () => [],
    downloads: () => [],
    exports: exports(predicted, measures),
  };
}
