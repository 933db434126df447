/** The models that may label a slide: those that were not trained on it, with drawn labels or with predicted ones. A picture alone taught them nothing to repeat. */
import { FtuError } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import { rowsOf } from '../../step-kind/outputs.js';
import type { StepContext } from '../../step-kind/step-kind.js';
import { type ChosenModel, chosenModels } from '../shared/models.js';
import { realPathOf } from '../shared/real-path.js';
import type { PseudoLabelStep } from './schema.js';

async function heldOutOf(chosen: readonly ChosenModel[], { image }: SlideRow): Promise<ChosenModel[]> {
  const path = await realPathOf(image);
  return chosen.filter(
    ({ fold }) => !fold.trainedOn.some(({ image: known, role }) => known === path && role !== 'unlabelled'),
  );
}

/** @returns models of each slide, by its id. @throws {FtuError} `bad-input` for a slide that all models were trained on */
export async function heldOutModels(context: StepContext<PseudoLabelStep>): Promise<Map<string, ChosenModel[]>> {
  const chosen = chosenModels(context, context.step.models);
  const models = new Map<string, ChosenModel[]>();
  for (const row of rowsOf(context, context.step.slides)) {
    const heldOut = await heldOutOf(chosen, row);
    if (heldOut.length === 0) {
      throw new FtuError('bad-input', `every model was trained on slide ${row.id}`, {
        subject: context.name,
        hint: 'pseudo-label it by a model that never saw it',
      });
    }
    models.set(row.id, heldOut);
  }
  return models;
}
