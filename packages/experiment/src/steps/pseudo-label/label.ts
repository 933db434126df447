/** Slides are predicted by the models that were not trained on them, and prepared with what these say. */
import type { PredictSettings } from '@ftuseg/infer';
import { classOrder } from '@ftuseg/slide';
import { openDataset, type PseudoLabelSummary, preparePseudoLabels, preparePseudoMasks } from '@ftuseg/train';
import { stepOf } from '../../step-kind/is-step.js';
import { outputOf, rowsOf } from '../../step-kind/outputs.js';
import type { StepContext } from '../../step-kind/step-kind.js';
import { dataOutputSchema } from '../prepare/output.js';
import { isPrepare } from '../prepare/schema.js';
import { classesOfModels } from '../shared/class-map.js';
import type { ChosenModel } from '../shared/models.js';
import { settingsOf } from '../shared/tuned-settings.js';
import { maskClasses, pickChannels } from './class-channels.js';
import { isMaskSetting } from './mask-settings.js';
import { predictMasks } from './predict-masks.js';
import { Predictor } from './predictor.js';
import type { PseudoLabelStep } from './schema.js';

type Context = StepContext<PseudoLabelStep>;

/** The settings that probabilities depend on; a note names what a tune step has found in vain. */
function probabilitySettings(context: Context): PredictSettings {
  const { step, note } = context;
  const settings = settingsOf(context, step);
  const idle = Object.entries(settings).filter(([name, value]) => isMaskSetting(name) && value !== undefined);
  if (step.tuned !== undefined && idle.length > 0) {
    const names = idle.map(([name]) => name).join(', ');
    note(`  \`labels: ${step.labels}\` are made of probabilities: ${names} of "${step.tuned}" are left out`);
  }
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !isMaskSetting(name)));
}

/** Everything that the data set shares with the one that it is like but its class map: labels come from the models. */
function sharedOptions(context: Context) {
  const like = stepOf(context, context.step.like, isPrepare);
  const { do: _do, out: _out, slides: _slides, classes: _classes, ...shared } = like;
  return shared;
}

/**
 * @param members models of each slide, by its id
 * @param data folder of the data set
 * @param warnings takes what a person must read of single slides
 */
export async function labelSlides(
  context: Context,
  members: ReadonlyMap<string, readonly ChosenModel[]>,
  data: string,
  warnings: string[],
): Promise<PseudoLabelSummary> {
  const { name, step, signal, progress, share } = context;
  const { classes, stainNormalisation } = await openDataset(outputOf(context, step.like, dataOutputSchema).data);
  const known = classesOfModels(context, [...members.values()].flat());
  const rows = rowsOf(context, step.slides);
  const models = Object.fromEntries(
    [...members].map(([id, chosen]) => [
      id,
      chosen.map(({ fold, weight }) => ({ name: fold.name, sha256: fold.sha256, weight })),
    ]),
  );
  // Its colours are those of the other data set, which may be a slide's that is not among these.
  const common = { ...sharedOptions(context), stainTarget: stainNormalisation, out: data, source: name, signal };
  const show = (verb: string) => (at: { readonly done: number; readonly total: number; readonly id: string }) => {
    if (step.labels !== 'mask') share(at.done / at.total);
    progress(`${verb} ${at.done}/${at.total} ${at.id}`);
  };
  if (step.labels === 'mask') {
    return preparePseudoMasks({
      ...common,
      rows: await predictMasks(context, { rows, members, classes: known }, warnings),
      classes: maskClasses(known, classes),
      provenance: { step: name, settings: settingsOf(context, step), models },
      onProgress: show('preparing'),
    });
  }
  const order = classOrder(known, classes, 'the models know');
  const settings = probabilitySettings(context);
  const predictor = new Predictor(context, settings);
  try {
    return await preparePseudoLabels({
      ...common,
      rows,
      classes,
      kind: step.labels,
      uncertain: step.uncertain,
      provenance: { step: name, settings, models },
      predict: async (row, slide, size) =>
        pickChannels(await predictor.probability({ row, slide }, members.get(row.id) ?? [], size), order),
      onProgress: show('pseudo-labelling'),
    });
  } finally {
    await predictor.close();
  }
}
