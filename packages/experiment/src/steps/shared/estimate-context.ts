/** What estimates of all steps share: the recipe, the slides that were looked at, and on what the work runs. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseClasses } from '@ftuseg/slide';
import { foldNumbers, modelSpec, parseTrainConfig, type TrainConfig } from '@ftuseg/train';
import type { Survey, SurveyedSlide } from '../../estimate/survey.js';
import type { Facts, NetworkLoad } from '../../estimate/work.js';
import type { StepOf } from '../../recipe/schema.js';
import { rowsOf, type Workshop } from '../step-kind.js';

export interface EstimateContext extends Workshop {
  readonly survey: Survey;
}

export const threadsOf = ({ threads }: Pick<Workshop, 'threads'>): number => threads ?? availableParallelism();

export function stepOf<K extends 'prepare' | 'train' | 'pseudo-label' | 'predict'>(
  { checked }: Pick<Workshop, 'checked'>,
  name: string,
  kind: K,
): StepOf<K> {
  const step = checked.file.recipe.steps[name];
  if (step?.do !== kind) throw new RangeError(`step ${name} is no ${kind} step`);
  return step as StepOf<K>;
}

export const slidesOf = (context: EstimateContext, name: string): Promise<readonly SurveyedSlide[]> =>
  context.survey.slides(rowsOf(context, name));

/** Working pixels of a slide at the resolution of a prepare step. */
export function workingSize(
  slide: SurveyedSlide,
  { micronsPerPixel, downsample }: Pick<StepOf<'prepare'>, 'micronsPerPixel' | 'downsample'>,
): { width: number; height: number; downsample: number } {
  const factor =
    micronsPerPixel === undefined ? (downsample ?? 1) : micronsPerPixel / (slide.micronsPerPixel ?? micronsPerPixel);
  return {
    width: Math.max(1, Math.round(slide.width / factor)),
    height: Math.max(1, Math.round(slide.height / factor)),
    downsample: factor,
  };
}

/** A train step with what its data say. */
export interface Training {
  readonly name: string;
  readonly step: StepOf<'train'>;
  readonly data: StepOf<'prepare'>;
  readonly config: TrainConfig;
  readonly network: NetworkLoad;
  /** Folds that are trained. */
  readonly folds: readonly (number | undefined)[];
  /** Share of the official slides that these folds validate together. */
  readonly validated: number;
}

export function trainingOf(context: Pick<Workshop, 'checked' | 'threads'>, name: string): Training {
  const step = stepOf(context, name, 'train');
  const data = stepOf(context, step.data, 'prepare');
  const threads = context.threads === undefined ? {} : { threads: context.threads };
  const config = parseTrainConfig({ ...threads, ...step.settings, data: '.', out: '.' });
  const spec = modelSpec(config, parseClasses(data.classes).names.length);
  const single = config.validate !== undefined || config.split === 'none';
  const folds = single ? [undefined] : foldNumbers(config);
  const validated = config.split === 'none' && config.validate === undefined ? 0 : folds.length / config.foldCount;
  return { name, step, data, config, network: { spec, tile: config.tile ?? data.tile }, folds, validated };
}

/** Where a step that prepares data leaves them, once it is done. */
export function preparedFolder({ checked, records }: Workshop, name: string): string | undefined {
  const folder = checked.folders.get(name);
  return folder === undefined || !records.has(name) ? undefined : join(folder, 'data');
}

/** On what networks predict. */
export const predictionPlace = (context: Pick<Workshop, 'device' | 'threads'>): Facts => ({
  device: context.device,
  threads: threadsOf(context),
});
