/** Measures of objects and slides: what `ftu predict` wrote for what nobody changed, and measured anew for the rest. */
import type { Scale } from '@ftuseg/core';
import { statRegularFile } from '@ftuseg/files';
import { countedChanges } from '../../edits/counted.js';
import type { MeasuredAnswer, SlideMeasures } from '../../measures/answers.js';
import { correctedTable } from '../../measures/corrected-table.js';
import { meanProbabilityOf } from '../../measures/mean-probability.js';
import { coveredArea, measuresOf } from '../../measures/measures-of.js';
import { correctedSizes, sizesOf } from '../../measures/slide-sizes.js';
import { measuresOfLine } from '../../measures/table-measures.js';
import type { SlideObject } from '../../protocol/objects.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import type { MapFiles } from '../maps/map-files.js';
import { mapFilesOf } from '../maps/routes.js';
import { type ObjectTable, openObjectTable } from './object-table.js';
import { factsOf, scaleOfSlide, temperatureOf } from './slide-facts.js';

/** Tables that stay in memory. */
const MAX_TABLES = 8;

export interface MeasureService {
  /**
   * @param prediction whose numbers are wanted; the one that is corrected if unset, with the corrections
   * @returns undefined for an object that is not there
   */
  readonly ofObject: (
    slide: StudioSlide,
    id: string,
    prediction?: OpenPrediction,
  ) => Promise<MeasuredAnswer | undefined>;
  readonly ofSlide: (slide: StudioSlide) => Promise<SlideMeasures>;
  /** `objects.csv` of the slide with its corrections, piece by piece. */
  readonly tableOf: (slide: StudioSlide) => AsyncIterable<string>;
}

const services = new WeakMap<StudioContext, MeasureService>();

/** One for each studio: routes share what it has read. */
export function measuresOfStudio(context: StudioContext): MeasureService {
  const known = services.get(context) ?? createMeasures(context, mapFilesOf(context));
  services.set(context, known);
  return known;
}

function createMeasures(context: StudioContext, maps: MapFiles): MeasureService {
  const tables = new Map<string, Promise<ObjectTable>>();
  const answers = new WeakMap<StudioSlide, { readonly revision: number; readonly answer: Promise<SlideMeasures> }>();

  /** The table of a prediction's objects; undefined where it wrote none. */
  async function tableOf(prediction: OpenPrediction, slide: StudioSlide): Promise<ObjectTable | undefined> {
    const path = prediction.fileOf('objects', slide);
    if (path === undefined) return undefined;
    // A prediction may be made anew while the studio runs.
    const { size, mtimeMs } = await statRegularFile(path);
    const key = `${size} ${mtimeMs} ${path}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const opening = openObjectTable(path);
    tables.set(key, opening);
    opening.catch(() => tables.delete(key));
    const [oldest] = tables.keys();
    if (tables.size > MAX_TABLES && oldest !== undefined) tables.delete(oldest);
    return opening;
  }

  const corrected = (): OpenPrediction | undefined => {
    const { corrects } = context.session();
    return context.predictions().find(({ id }) => id === corrects);
  };

  /** How sure the network is of an outline; undefined where there is no map of its class. */
  async function probabilityOf(
    object: SlideObject,
    slide: StudioSlide,
    prediction: OpenPrediction,
  ): Promise<number | undefined> {
    const path = prediction.fileOf('probability', slide, object.class);
    const size = await slide.size();
    if (path === undefined || size === undefined || !prediction.classes.includes(object.class)) return undefined;
    const temperature = await temperatureOf(prediction);
    return maps.use(path, ({ slide: map }) => meanProbabilityOf(object.polygons, { map, slide: size, temperature }));
  }

  async function ofOutline(
    object: SlideObject,
    slide: StudioSlide,
    prediction: OpenPrediction | undefined,
  ): Promise<MeasuredAnswer> {
    const scale = await scaleOfSlide(slide, prediction).catch(() => undefined);
    const measures = measuresOf(object.polygons, scale, await slide.size());
    const meanProbability = prediction === undefined ? undefined : await probabilityOf(object, slide, prediction);
    return { ...measures, meanProbability, measuredOn: 'outline' };
  }

  async function ofSlide(slide: StudioSlide): Promise<SlideMeasures> {
    const prediction = corrected();
    const document = await context.document(slide);
    const table = prediction === undefined ? undefined : await tableOf(prediction, slide);
    const scale: Scale | undefined = await scaleOfSlide(slide, prediction).catch(() => undefined);
    const facts = prediction === undefined ? undefined : await factsOf(prediction, slide);
    const size = await slide.size();
    // A table in pixels, of a slide whose scale the prediction did not know, stays in pixels.
    const unit = table?.unit ?? (scale === undefined ? 'px' : 'um2');
    const area = ({ polygons }: SlideObject): number => coveredArea(polygons, unit === 'px' ? undefined : scale, size);
    const sizes =
      table === undefined ? await sizesOf(document, area) : await correctedSizes(table, countedChanges(document), area);
    return { ...sizes.summary(facts?.tissueMm2, prediction?.classes ?? []), unit };
  }

  async function* correctedLines(slide: StudioSlide): AsyncGenerator<string> {
    const prediction = corrected();
    const document = await context.document(slide);
    const scale = await scaleOfSlide(slide, prediction).catch(() => undefined);
    const size = await slide.size();
    yield* correctedTable({
      slide: slide.row.id,
      state: document,
      table: prediction === undefined ? undefined : await tableOf(prediction, slide),
      objects: document.objects,
      measured: (polygons) => measuresOf(polygons, scale, size),
      scale,
    });
  }

  return {
    tableOf: correctedLines,
    async ofObject(slide, id, given) {
      const prediction = given ?? corrected();
      const document = await context.document(slide);
      if (given === undefined || given.id === context.session().corrects) {
        const changed = countedChanges(document).get(id);
        if (changed === null) return undefined;
        if (changed !== undefined) return ofOutline(changed, slide, prediction);
      }
      const line = prediction === undefined ? undefined : await (await tableOf(prediction, slide))?.line(id);
      if (line !== undefined) return { ...measuresOfLine(line), measuredOn: 'prediction' };
      if (given !== undefined && given.id !== context.session().corrects) return undefined;
      for await (const object of document.objects()) {
        if (object.id === id) return ofOutline(object, slide, prediction);
      }
      return undefined;
    },
    async ofSlide(slide) {
      const { revision } = await context.document(slide);
      const known = answers.get(slide);
      if (known?.revision === revision) return known.answer;
      const answer = ofSlide(slide);
      answers.set(slide, { revision, answer });
      answer.catch(() => answers.delete(slide));
      return answer;
    },
  };
}
