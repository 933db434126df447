/** What labels mean to the steps that score: the same as to the data that their models learnt from, so that nothing that they were trained on counts as an error. */
import { defaultClasses } from '@ftuseg/infer';
import { type ClassMap, parseClasses } from '@ftuseg/slide';
import { digestOf } from '../../records/digest.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { isPrepare } from '../prepare/schema.js';
import { isSelect } from '../select/schema.js';
import { isTrain } from '../train/schema.js';

/** The class map that a train step's data were prepared with. */
function preparedClasses({ checked }: Pick<RunContext, 'checked'>, train: string): ClassMap | undefined {
  const { steps } = checked.file.recipe;
  const step = steps[train];
  const data = isTrain(step) ? steps[step.data] : undefined;
  return isPrepare(data) ? parseClasses(data.classes) : undefined;
}

/**
 * For steps that take the classes of models: label values as the data were prepared, and names and areas.
 * @param train step that trained the models
 * @param names of the models' classes
 */
export function modelClasses(context: Pick<RunContext, 'checked'>, train: string, names: readonly string[]): ClassMap {
  const prepared = preparedClasses(context, train);
  return prepared?.names.join('\n') === names.join('\n') ? prepared : defaultClasses(names);
}

/** The train steps behind names of select and train steps. */
function trainSteps({ checked }: Pick<RunContext, 'checked'>, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const step = checked.file.recipe.steps[name];
    return isSelect(step) ? [step.from].flat() : [name];
  });
}

/**
 * For steps with a setting `classes`: that; unset, as the data of the models were prepared where names or areas were mapped, else any label as one class.
 * @param models names of select and train steps
 */
export function scoredClasses(
  context: Pick<RunContext, 'checked'>,
  text: string | undefined,
  models: readonly string[],
): ClassMap {
  if (text !== undefined) return parseClasses(text);
  const prepared = trainSteps(context, models).map((train) => preparedClasses(context, train));
  return prepared.find((map) => map?.objects !== undefined || map?.areas !== undefined) ?? parseClasses(undefined);
}

/** What a step that scores depends on beside its settings: its slides, and the class map that it takes from the data of the models. */
export async function scoredInputs(
  context: Pick<RunContext, 'checked'>,
  rows: Promise<string>,
  text: string | undefined,
  models: readonly string[],
): Promise<string> {
  const map = scoredClasses(context, text, models);
  const taken = text === undefined && (map.objects !== undefined || map.areas !== undefined);
  return taken ? digestOf([await rows, map]) : rows;
}
