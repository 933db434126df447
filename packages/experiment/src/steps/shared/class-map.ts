/** What labels mean to the steps that score: the same as to the data that their models learnt from, so that nothing that they were trained on counts as an error. */
import { FtuError } from '@ftuseg/core';
import { defaultClasses } from '@ftuseg/infer';
import { type ClassMap, inOrderOf, parseClasses } from '@ftuseg/slide';
import { digestOf } from '../../records/digest.js';
import { outputOf } from '../../step-kind/outputs.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { isPrepare } from '../prepare/schema.js';
import { isSelect } from '../select/schema.js';
import { trainOutputSchema } from '../train/output.js';
import { isTrain } from '../train/schema.js';
import type { ChosenModel } from './models.js';

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

/** The classes of the models of a step, in their order. @param models of one ensemble */
export function classesOfModels(
  context: Pick<RunContext, 'checked' | 'records'>,
  models: readonly ChosenModel[],
): readonly string[] {
  const [first] = models;
  return first === undefined ? [] : outputOf(context, first.fold.step, trainOutputSchema).classes;
}

/**
 * A class map in the order of the models that are scored by it.
 * @param known class names of each of them
 * @throws {FtuError} `bad-input` for several classes of which the models know others, or know them in different orders
 */
export function orderedForModels(map: ClassMap, known: readonly (readonly string[])[]): ClassMap {
  const [first] = known;
  if (first === undefined || map.names.length === 1) return map;
  const other = known.find((names) => names.join('\n') !== first.join('\n'));
  if (other === undefined) return inOrderOf(map, first, 'the models know');
  throw new FtuError('bad-input', `the models know ${first.join(', ')} and ${other.join(', ')}`, {
    hint: 'score models with other classes, or another order of them, in a step of their own',
  });
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
