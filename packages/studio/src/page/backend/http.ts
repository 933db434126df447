/** The backend over the server's addresses. Answers come from the same build of the same package, so their shape is trusted. */
import { httpTransport } from '../../edits/http-transport.js';
import type { SlideMeasures } from '../../measures/answers.js';
import type { Disagreement } from '../../protocol/disagreements.js';
import type { ObjectMeasures } from '../../protocol/objects.js';
import { routes } from '../../protocol/routes.js';
import type { MapLayer, SlideDetail, SlideSummary, StudioSession } from '../../protocol/slides.js';
import type { MapSource, OutlineSource } from '../overlay/overlay.js';
import type { Backend } from './backend.js';
import { exportText, GEOJSON_LABEL, TABLE_LABEL } from './export-text.js';
import { createAsk, createRequest, type RequestOptions } from './requests.js';

/** @param options `heard` is told whether the server answers, which is how the page knows that it is gone */
export function httpBackend(options: RequestOptions = {}): Backend {
  const base = options.base ?? '';
  const ask = createAsk(options);
  const request = createRequest(ask);
  const json = async <T>(path: string): Promise<T> => (await request(path)).json();
  const bytes = async (path: string, signal?: AbortSignal): Promise<ArrayBuffer> =>
    (await request(path, signal === undefined ? {} : { signal })).arrayBuffer();

  // The overlay and the table of objects read the same index; a large one is fetched and held once.
  const indexes = new Map<string, Promise<ArrayBuffer>>();
  let indexed: string | undefined;
  const index = (slide: string, layer: string): Promise<ArrayBuffer> => {
    if (indexed !== slide) indexes.clear();
    indexed = slide;
    const known = indexes.get(layer);
    if (known !== undefined) return known;
    const asked = bytes(routes.outlineIndex(slide, layer));
    indexes.set(layer, asked);
    asked.catch(() => indexes.delete(layer));
    return asked;
  };

  const outlines = (slide: string, layer: string): OutlineSource => ({
    index: () => index(slide, layer),
    chunk: (chunk, signal) => bytes(routes.outlineChunk(slide, layer, chunk), signal),
    coverage: (level, x, y, signal) => bytes(routes.coverage(slide, layer, level, x, y), signal),
  });

  const map = (slide: string, { id, width, height, levels }: MapLayer): MapSource => ({
    width,
    height,
    levels,
    tile: (level, x, y, signal) => bytes(routes.mapTile(slide, id, level, x, y), signal),
  });

  return {
    session: () => json<StudioSession>(routes.session),
    slides: () => json<readonly SlideSummary[]>(routes.slides),
    slide: (slide) => json<SlideDetail>(routes.slide(slide)),
    thumbnail: (slide) => `${base}${routes.thumbnail(slide)}`,
    overlayPicture: (slide) => `${base}${routes.overlayPicture(slide)}`,
    tile: (slide, level, x, y, colours) => `${base}${routes.deepZoomTile(slide, level, x, y, colours)}`,
    outlines,
    map,
    measures: (slide, object) => json<ObjectMeasures>(routes.measures(slide, object)),
    slideMeasures: (slide) => json<SlideMeasures>(routes.slideMeasures(slide)),
    edits: (slide) => httpTransport(slide, ask),
    disagreements: (slide) => json<readonly Disagreement[]>(routes.disagreements(slide)),
    downloads: (slide) => [
      {
        label: GEOJSON_LABEL,
        address: `${base}${routes.correctedGeoJson(slide)}`,
        ending: '.geojson',
      },
      {
        label: TABLE_LABEL,
        address: `${base}${routes.correctedTable(slide)}`,
        ending: '-objects.csv',
      },
    ],
    exports: [
      {
        label: 'All slides: masks, GeoJSON, tables',
        of: 'all',
        write: async () => {
          const headers = { 'content-type': 'application/json' };
          const response = await request(routes.export, { method: 'POST', headers, body: '{}' });
          return exportText(await response.json());
        },
      },
    ],
  };
}
