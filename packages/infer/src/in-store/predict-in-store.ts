/** A slide through an ensemble in a page, kept band by band in a store: it goes on after an interruption, and ends with the files of `ftu predict`. */
import { lookAt, type Raster, type Rect, type Scale } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { collectionText, qupathOrigin } from '@ftuseg/slide/browser';
import { bandNames, fingerprintIn, openBandStore } from '../band-store/band-store.js';
import { type FileStore, writeText } from '../file-store/file-store.js';
import { temperatureOf } from '../model/calibration.js';
import { ensembleOf } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { describeSlide } from '../outputs/describe-slide.js';
import { objectTableText } from '../outputs/objects/object-row.js';
import { outlineFeatures, outlineTolerance, qupathCorner } from '../outputs/objects/outline-features.js';
import type { OutlineChoice } from '../outputs/output-names.js';
import type { SizedEstimate } from '../outputs/scale-estimate.js';
import { sclerosisCount } from '../outputs/slide-facts.js';
import { outcomeNotes, type PredictedSlide, unreadableWarning } from '../outputs/slide-outcome.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import { reportOf, reportText } from '../predict/report.js';
import { outcomeOf } from '../predict/slide-outcome.js';
import { storeBands } from '../predict/store-bands.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { backgroundTest, readOverview } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import { slideAppearance } from '../tiles/slide-appearance.js';
import { resultFiles, writeMapFacts } from './result-files.js';
import { type StoreProgress, timeLeft } from './time-left.js';
import type { PreviewFeature } from './view/outline-preview.js';
import { ViewFirst } from './view/view-first.js';

export interface PredictInStoreOptions {
  /** Of the slide, as files name it. */
  readonly id: string;
  /** All that the bands depend on, but for the numbers in which a network in 8 bits is computed here; those of another one are computed again. */
  readonly fingerprint: string;
  readonly settings?: PredictSettings | undefined;
  /** Micrometres per level-0 pixel where they are known better than by the slide. */
  readonly scale?: Scale | undefined;
  /** What the scale rests on, where it is an estimate. */
  readonly scaleEstimate?: SizedEstimate | undefined;
  /** Of objects in GeoJSON; `simplified` if unset. */
  readonly outlines?: OutlineChoice | undefined;
  /** Columns of the working grid between two places where work can be taken up again. */
  readonly bandColumns?: number | undefined;
  /** What `readOverview` gives, where it is being read already: a page does so while networks open. */
  readonly overview?: Promise<Raster> | undefined;
  /** Level-0 pixels that are looked at: predicted first. */
  readonly view?: (() => Rect | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
  /** GeoJSON features of what is looked at, replaced by later ones. */
  readonly onPreview?: ((features: readonly PreviewFeature[]) => void) | undefined;
}

export interface StoredPrediction {
  /** Objects by class. */
  readonly counts: Readonly<Record<string, number>>;
  /** By class, 0 to 1. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly tissueMm2: number | undefined;
  /** Sentences that a person must read before believing the result. */
  readonly warnings: readonly string[];
  /** Sentences that a person should know. */
  readonly notes: readonly string[];
  /** Its line of the report. */
  readonly outcome: PredictedSlide;
}

/** The plan of a slide in a page. */
export const planInStore = (
  slide: Slide,
  models: readonly SegmentationModel[],
  given: PredictSettings = {},
  scale?: Scale,
): SlidePlan => {
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble);
  return planSlide(slide, ensemble, settings, scale ?? settings.micronsPerPixel);
};

/** @returns a sentence where tiles in view cannot come first */
function whyInTurn({ settings, members }: SlidePlan): string | undefined {
  if (settings.merge === 'or') return 'with merge or, what is in view comes in its turn';
  // Of a batch with other tiles in it, a runtime may round otherwise.
  if (members.some(({ batchSize }) => batchSize !== 1))
    return 'with a batch size above 1, what is in view comes in its turn';
  return undefined;
}

/** A network in 8 bits gives other numbers where it is computed in float32: on a graphics card. */
const fingerprintOf = (given: string, models: readonly SegmentationModel[]): string =>
  [given, ...models.flatMap(({ source }) => source.arithmetic ?? [])].join(' ');

/** @returns a sentence where the store has work with another fingerprint, which is lost */
async function emptyForAnother(store: FileStore, fingerprint: string): Promise<string | undefined> {
  const before = await fingerprintIn(store);
  if (before === fingerprint) return undefined;
  const bands = await bandNames(store);
  for (const name of Object.values(resultFiles)) await store.remove(name);
  if (before === undefined || bands.length === 0) return undefined;
  return 'what was kept of this slide is of another model or of other settings, and is predicted anew';
}

/**
 * Predicts what the store lacks of a slide, and writes `objects.geojson`, `objects.csv` and `report.json`, the same texts as `ftu predict` for the same
 * mask. The bands stay, for `openProbabilityMap`.
 * @throws {FtuError} `cancelled` after `signal` fired, with what was computed in the store; what slide, models and store throw
 * @example
 * const { counts } = await predictInStore(slide, [model], memoryStore(), { id: 'slide', fingerprint: 'model 1, slide 1' });
 */
export async function predictInStore(
  slide: Slide,
  models: readonly SegmentationModel[],
  files: FileStore,
  options: PredictInStoreOptions,
): Promise<StoredPrediction> {
  const { id, signal, onProgress, outlines = 'simplified', bandColumns } = options;
  const fingerprint = fingerprintOf(options.fingerprint, models);
  const began = performance.now();
  const ensemble = ensembleOf(models);
  const plan = planInStore(slide, models, options.settings, options.scale);
  const lost = await emptyForAnother(files, fingerprint);
  const store = await openBandStore(files, fingerprint);
  await writeMapFacts(files, {
    width: plan.grid.width,
    height: plan.grid.height,
    temperature: temperatureOf(models),
  });
  const overview = await (options.overview ?? readOverview(slide, signal));
  const look = lookAt(overview);
  const colours = await memberColours(slide, plan, overview);
  const isBackground = backgroundTest(look);
  const inTurn = options.view === undefined ? undefined : whyInTurn(plan);
  // Looked at while the networks compute: before they begin, or when they are done, they would wait for it.
  let looking: ReturnType<typeof slideAppearance> | undefined;
  const lookOnce = (): ReturnType<typeof slideAppearance> => {
    looking ??= slideAppearance(slide, plan, colours, signal);
    return looking;
  };
  const tellTime = onProgress && timeLeft(onProgress);
  await storeBands(slide, plan, store, {
    signal,
    bandColumns,
    isBackground,
    ahead:
      options.view === undefined || inTurn !== undefined
        ? undefined
        : new ViewFirst(slide, plan, {
            view: options.view,
            onPreview: options.onPreview,
            isBackground: plan.settings.all ? undefined : isBackground,
            colours,
            signal,
          }),
    colours,
    onProgress: (progress) => {
      // Its failure is told where it is awaited.
      lookOnce().catch(() => undefined);
      tellTime?.(progress);
    },
  });
  const appearance = await lookOnce();
  const described = await describeSlide(slide, plan, store, { id, look, describes: true, signal });
  const { mask, objects: found, measured, ids, facts } = described;
  const simplify = outlines === 'exact' ? undefined : outlineTolerance(plan);
  const pieces: string[] = [];
  const features = outlineFeatures({ mask, found, measured, ids, simplify }, qupathCorner(plan));
  for await (const piece of collectionText(features, qupathOrigin(plan.slide))) pieces.push(piece);
  await writeText(files, resultFiles.outlines, pieces);
  await writeText(files, resultFiles.table, objectTableText(id, measured, ids));
  const outcome = outcomeOf({
    ...{
      id,
      image: id,
      fingerprint,
      scaleEstimate: options.scaleEstimate,
      plan,
      store,
      described,
      look,
      appearance,
      reduced: undefined,
    },
    seconds: Math.round(performance.now() - began) / 1000,
    warnings: [undefined, ...(slide.info.warnings ?? []), ...colours.warnings],
    files: [resultFiles.outlines, resultFiles.table],
  });
  const counts = sclerosisCount(facts);
  const report = reportOf([outcome], ensemble, plan.settings, counts === undefined ? [] : [counts]);
  await writeText(files, resultFiles.report, [reportText(report)]);
  return {
    counts: Object.fromEntries(facts.classes.map(({ name, count }) => [name, count])),
    thresholds: Object.fromEntries(plan.classes.map((name, c) => [name, plan.settings.threshold[c] ?? 0.5])),
    tissueMm2: facts.tissueMillimetres2 ?? undefined,
    warnings: [unreadableWarning(outcome), ...(outcome.warnings ?? [])].filter((one) => one !== undefined),
    notes: [lost, inTurn, ...outcomeNotes(outcome)].filter((one) => one !== undefined),
    outcome,
  };
}
