/** What can be taken along of the work in this browser: for QuPath, for tables, and everything for another browser. */
import { counted } from '@ftuseg/core';
import { qupathOrigin } from '@ftuseg/slide/browser';
import { correctedSummary, correctedTable } from '../../../measures/corrected-table.js';
import { measuresOf } from '../../../measures/measures-of.js';
import type { StudioSession } from '../../../protocol/slides.js';
import type { ExportChoice } from '../../backend/backend.js';
import { GEOJSON_LABEL, TABLE_LABEL } from '../../backend/export-text.js';
import { baseOf, type PredictedObjects, pixelSizeOf, readState } from '../backend/base.js';
import type { LocalMeasures } from '../backend/local-measures.js';
import type { Library, LibrarySlide } from '../slides/library.js';
import { tableOf } from '../store/object-table.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';
import { writeZip } from '../zip/write-zip.js';
import { correctedFeatures } from './corrected-features.js';
import { save } from './save.js';

export interface ExportParts {
  readonly library: Library;
  readonly store: Caller<StoreMethods>;
  readonly results: Caller<StoreMethods>;
  readonly predicted: PredictedObjects;
  readonly measures: LocalMeasures;
  readonly session: () => Promise<StudioSession>;
}

const stem = ({ record }: Pick<LibrarySlide, 'record'>): string => record.name.replace(/\.[^.]+$/, '');

/** Names of files for slides: two slides of one name have files of their own. */
export function fileStems(slides: readonly Pick<LibrarySlide, 'record'>[]): string[] {
  const taken = new Set<string>();
  return slides.map((slide) => {
    const own = stem(slide);
    let name = own;
    // Some systems tell no "A" from "a".
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${own}-${copy}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

const NOTHING = 'There is nothing to export yet: predict the slide, or draw on it.';

/** Whether anything was found or drawn: a prediction that is not finished is no result. */
const hasResults = ({ work }: LibrarySlide): boolean =>
  work !== undefined && (work.revision > 0 || work.predictions.some(({ finished }) => finished !== undefined));

export function localExports(parts: ExportParts): readonly ExportChoice[] {
  const { library, store, results, predicted, measures, session } = parts;
  const slideOf = (id: string): LibrarySlide => {
    const slide = library.of(id);
    if (slide === undefined) throw new Error('There is no such slide any more.');
    return slide;
  };
  const geoJson = async (slide: LibrarySlide): Promise<Blob> => {
    const { state } = await readState(store, slide.record.id);
    const origin = qupathOrigin({ bounds: slide.record.facts?.bounds });
    const features = correctedFeatures(predicted.corrected(slide, state), state, (await session()).classes, origin);
    const pieces: string[] = [];
    for await (const piece of features) pieces.push(piece);
    return new Blob(pieces, { type: 'application/geo+json' });
  };
  const table = async (slide: LibrarySlide): Promise<Blob> => {
    const { state } = await readState(store, slide.record.id);
    const base = baseOf(slide.work);
    const asked = { slide: slide.record.id, prediction: base?.id ?? '', name: 'objects.csv' };
    const text = base === undefined ? undefined : await results.call('text', asked);
    const { width = 0, height = 0 } = slide.record.facts ?? {};
    const scale = pixelSizeOf(slide);
    const pieces: string[] = [];
    const lines = correctedTable({
      slide: stem(slide),
      state,
      table: text === undefined || text === '' ? undefined : tableOf(text),
      objects: () => predicted.corrected(slide, state),
      measured: (polygons) => measuresOf(polygons, scale, { width, height }),
      scale,
    });
    for await (const piece of lines) pieces.push(piece);
    return new Blob(pieces, { type: 'text/csv' });
  };
  const summary = async (slides: readonly LibrarySlide[], names: readonly string[]): Promise<Blob> => {
    const rows = await Promise.all(
      slides.map(async (slide, i) => ({
        id: names[i] ?? '',
        edits: slide.work?.revision ?? 0,
        measures: await measures.ofSlide(slide),
      })),
    );
    return new Blob([correctedSummary(rows)], { type: 'text/csv' });
  };
  const withWork = (): readonly LibrarySlide[] =>
    library.slides
      .peek()
      .filter(({ work }) => work !== undefined && (work.revision > 0 || work.predictions.length > 0));

  return [
    {
      label: GEOJSON_LABEL,
      of: 'slide',
      write: async (id) => {
        const slide = slideOf(id);
        return hasResults(slide) ? save(await geoJson(slide), `${stem(slide)}.geojson`) : NOTHING;
      },
    },
    {
      label: TABLE_LABEL,
      of: 'slide',
      write: async (id) => {
        const slide = slideOf(id);
        return hasResults(slide) ? save(await table(slide), `${stem(slide)}-objects.csv`) : NOTHING;
      },
    },
    {
      label: 'All slides: GeoJSON and tables (ZIP)',
      of: 'all',
      write: async () => {
        const all = withWork();
        const slides = all.filter(hasResults);
        const left = all.length - slides.length;
        if (slides.length === 0) return NOTHING;
        const names = fileStems(slides);
        const entries = await Promise.all(
          slides.map(async (slide, i) => [
            { name: `geojson/${names[i]}.geojson`, data: await geoJson(slide) },
            { name: `objects/${names[i]}.csv`, data: await table(slide) },
          ]),
        );
        const numbers = { name: 'summary.csv', data: await summary(slides, names) };
        const said = save(await writeZip([numbers, ...entries.flat()]), 'ftuseg-results.zip');
        return left === 0 ? said : `${said} Not in it: ${counted(left, 'slide')} whose prediction is not finished.`;
      },
    },
    {
      label: 'Everything as one ZIP, to go on in another browser',
      of: 'all',
      write: async () => {
        const slides = withWork();
        if (slides.length === 0) return NOTHING;
        return save(await results.call('pack', { slides: slides.map(({ record }) => record.id) }), 'ftuseg-work.zip');
      },
    },
  ];
}
