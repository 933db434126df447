/** What labels mean to the steps that score: the same as to the data that their models learnt from, so that nothing that was taught counts as an error. */
import { defaultClasses } from '@ftuseg/infer';
import { type ClassMap, parseClasses } from '@ftuseg/slide';
import { digestOf } from '../../engine/digest.js';
import type { Workshop } from '../step-kind.js';

/** The class map that a train step's data were prepared with. */
function preparedClasses({ checked }: Pick<Workshop, 'checked'>, train: string): ClassMap | undefined {
  const { steps } = checked.file.recipe;
  const step = steps[train];
  const data = step?.do === 'train' ? steps[step.data] : undefined;
  return data?.do === 'prepare' ? parseClasses(data.classes) : undefined;
}

/**
 * For steps that take the classes of models: label values as the data were prepared, and names and areas.
 * @param train step that trained the models
 * @param names of the models' classes
 */
export function modelClasses(workshop: Pick<Workshop, 'checked'>, train: string, names: readonly string[]): ClassMap {
  const prepared = preparedClasses(workshop, train);
  return prepared?.names.join('\n') === names.join('\n') ? prepared : defaultClasses(names);
}

/** The train steps behind names of select and train steps. */
function trainSteps({ checked }: Pick<Workshop, 'checked'>, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const step = checked.file.recipe.steps[name];
    return step?.do === 'select' ? [step.from].flat() : [name];
  });
}

/**
 * For steps with a setting `classes`: that; unset, as the data of the models were prepared where names or areas were mapped, else any label as one class.
 * @param models names of select and train steps
 */
export function scoredClasses(
  workshop: Pick<Workshop, 'checked'>,
  text: string | undefined,
  models: readonly string[],
): ClassMap {
  if (text !== undefined) return parseClasses(text);
  const prepared = trainSteps(workshop, models).map((train) => preparedClasses(workshop, train));
  return prepared.find((map) => map?.objects !== undefined || map?.areas !== undefined) ?? parseClasses(undefined);
}

/** What a step that scores depends on beside its settings: its slides, and the class map that it takes from the data of the models. */
export async function scoredInputs(
  workshop: Pick<Workshop, 'checked'>,
  rows: Promise<string>,
  text: string | undefined,
  models: readonly string[],
): Promise<string> {
  const map = scoredClasses(workshop, text, models);
  const taken = text === undefined && (map.objects !== undefined || map.areas !== undefined);
  return taken ? digestOf([await rows, map]) : rows;
}
