/** A slide through an ensemble in a page, kept band by band in a store: it goes on after an interruption, and ends with the files of `ftu predict`. */
import { isColourless, lookAt, objectsOf, type Rect, type Scale } from '@ftuseg/core';
import { collectionText, nameUuidInPage, type Slide } from '@ftuseg/slide';
import { collectRuns } from '../level0/collect-runs.js';
import { postprocess } from '../level0/postprocess.js';
import { ensembleOf } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { fixedPoint } from '../outputs/fixed-point.js';
import { measureObjects } from '../outputs/objects/object-measures.js';
import { objectCells, objectColumns } from '../outputs/objects/object-row.js';
import { objectStatistics } from '../outputs/objects/object-statistics.js';
import { outlineFeatures, outlineTolerance } from '../outputs/objects/outline-features.js';
import { slideFacts } from '../outputs/slide-facts.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import { predictBands } from '../predict/predict-bands.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { backgroundFacts, backgroundTest, readOverview } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import { appearanceWarning, slideAppearance } from '../tiles/slide-appearance.js';
import type { FileStore } from './file-store.js';
import { previewOf } from './preview.js';
import { StoredBands } from './stored-bands.js';

export interface StoreProgress {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
}

export interface PredictInStoreOptions {
  /** Of the slide, as files name it. */
  readonly id: string;
  /** All that the bands depend on; those of another one are computed again. */
  readonly fingerprint: string;
  readonly settings?: PredictSettings | undefined;
  readonly scale?: Scale | undefined;
  /** Level-0 pixels that are looked at: predicted first. */
  readonly view?: (() => Rect | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
  /** GeoJSON features of what is looked at, replaced by later ones. */
  readonly onPreview?: ((features: readonly unknown[]) => void) | undefined;
}

export interface StoredPrediction {
  /** Objects by class. */
  readonly counts: Readonly<Record<string, number>>;
  /** By class, 0 to 1. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly tissueMm2: number | undefined;
  /** Sentences that a person must read before believing the result. */
  readonly warnings: readonly string[];
}

export const planInStore = (
  slide: Slide,
  models: readonly SegmentationModel[],
  given: PredictSettings = {},
  scale?: Scale,
): SlidePlan => {
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble.classes, ensemble.threshold);
  return planSlide(slide, ensemble, settings, scale ?? settings.micronsPerPixel);
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const cell = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+\-@]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** @throws {FtuError} `cancelled` after `signal` fired, with what was computed in the store; what slide, models and store throw */
export async function predictInStore(
  slide: Slide,
  models: readonly SegmentationModel[],
  store: FileStore,
  options: PredictInStoreOptions,
): Promise<StoredPrediction> {
  const { id, fingerprint, signal, onProgress, onPreview, view } = options;
  const plan = planInStore(slide, models, options.settings, options.scale);
  const kept = await StoredBands.open(store, fingerprint);
  const overview = await readOverview(slide, signal);
  const look = lookAt(overview);
  const colours = memberColours(plan, overview);
  if (onPreview !== undefined) {
    const seen = view?.();
    if (seen !== undefined) onPreview(await previewOf(slide, models, plan, seen, signal));
  }
  const unreadable: Rect[] = [];
  const background: [number, number, number][] = [];
  const began = performance.now();
  let before: number | undefined;
  const bands = predictBands(slide, plan, {
    signal,
    state: kept.state,
    isBackground: backgroundTest(look),
    colours,
    onBackground: (member, column, tiles) => background.push([member, column, tiles]),
    onUnreadable: (region) => unreadable.push(region),
    onProgress: ({ done, total }) => {
      before ??= done - 1;
      const perTile = (performance.now() - began) / 1000 / Math.max(1, done - before);
      onProgress?.({ done, total, secondsLeft: perTile * (total - done) });
    },
  });
  for await (const { left, probability, agreement, runs, state } of bands) {
    const band = { left, probability: fixedPoint(probability), agreement, runs, state };
    await kept.append({ ...band, unreadable: unreadable.splice(0), background: background.splice(0) });
  }
  return finish(slide, plan, kept, { store, id, look, note: colours.note, signal });
}

interface FinishOptions {
  readonly store: FileStore;
  readonly id: string;
  readonly look: ReturnType<typeof lookAt>;
  readonly note: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function finish(
  slide: Slide,
  plan: SlidePlan,
  kept: StoredBands,
  { store, id, look, note, signal }: FinishOptions,
): Promise<StoredPrediction> {
  const { classes, scale, settings } = plan;
  const mask = postprocess(collectRuns(await kept.runs(), slide.width, slide.height), plan);
  const found = objectsOf(mask);
  const statistics = await objectStatistics(mask, found, kept.bands(), plan.grid);
  const measured = measureObjects(mask, found, statistics, plan);
  const ids = await Promise.all(
    measured.map(({ name, box, pixels }, i) =>
      nameUuidInPage([
        JSON.stringify([id, i, name, box.x, box.y, box.width, box.height, pixels.area, pixels.centroid]),
      ]),
    ),
  );
  const features = function* () {
    for (const feature of outlineFeatures({ mask, found, measured, ids, simplify: outlineTolerance(plan) })) {
      yield { ...feature, id: feature.id ?? '' };
    }
  };
  const pieces: string[] = [];
  for await (const piece of collectionText(features())) pieces.push(piece);
  await store.write('objects.geojson', encode(pieces.join('')));
  const lines = measured.map((object, i) =>
    objectCells(id, ids[i] ?? '', object)
      .map(cell)
      .join(','),
  );
  await store.write('objects.csv', encode(`${[objectColumns.join(','), ...lines].join('\n')}\n`));

  const facts = slideFacts(found.objects, classes, slide, scale, isColourless(look) ? undefined : look.stained);
  const last = new Map(
    kept.headers.flatMap(({ background }) => background).map(([m, c, tiles]) => [`${m} ${c}`, tiles]),
  );
  const skipped = [...last.values()].reduce((sum, tiles) => sum + tiles, 0);
  const warnings = [
    appearanceWarning(await slideAppearance(slide, plan, signal)),
    note,
    settings.all ? undefined : backgroundFacts(look, plan.tiles, skipped).warning,
  ].filter((one) => one !== undefined);
  const report = {
    status: 'predicted',
    id,
    width: slide.width,
    height: slide.height,
    downsample: plan.grid.downsample,
    micronsPerPixel: plan.grid.micronsPerPixel ?? null,
    tiles: plan.tiles * plan.views.length,
    background: skipped * plan.views.length,
    warnings,
    facts,
    unreadable: kept.headers.flatMap((header) => header.unreadable),
  };
  await store.write('report.json', encode(JSON.stringify(report, undefined, 2)));
  const { width, height } = plan.grid;
  await store.write('map.json', encode(JSON.stringify({ width, height, downsample: slide.width / width })));
  return {
    counts: Object.fromEntries(facts.classes.map(({ name, count }) => [name, count])),
    thresholds: Object.fromEntries(classes.map((name, c) => [name, settings.threshold[c] ?? 0.5])),
    tissueMm2: facts.tissueMillimetres2 ?? undefined,
    warnings,
  };
}
