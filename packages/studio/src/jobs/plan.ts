/** What a job will do, said before it starts: what there is to learn from, what is left out, and what refuses it. */
import { counted, listNames } from '@ftuseg/core';

/** What the corrections of a slide teach. */
export interface SlideLesson {
  readonly id: string;
  /** Areas in which everything is drawn. */
  readonly completeAreas: number;
  /** Objects in such areas, and drawn, changed or accepted ones anywhere. */
  readonly objects: number;
  /** Of these, how many reach outside: their pixels are known, what is around them there is not. */
  readonly alone: number;
  /** Pixels inside complete areas that no object covers: what the network learns to pass over. */
  readonly background: number;
  /** Predicted objects that were deleted or rejected. */
  readonly refused: number;
  /** Of these objects. */
  readonly classes: readonly string[];
  /** Square micrometres of a pixel; undefined where the scale is unknown. */
  readonly pixelArea: number | undefined;
}

export interface JobPlan {
  /** Slides that are learnt from; 0 for a prediction. */
  readonly slides: number;
  readonly objects: number;
  readonly completeAreas: number;
  /** Square millimetres that are known to hold nothing; unset where a scale is unknown. */
  readonly backgroundMm2?: number | undefined;
  readonly refused: number;
  /** Slides that will be predicted. */
  readonly predicts: number;
  /** Images that the network will see. */
  readonly images: number;
  /** Seconds on this machine by what it knows; unset: no telling. */
  readonly seconds?: number | undefined;
  /** What a person should know, in sentences. */
  readonly notes: readonly string[];
  /** Why it cannot start, in one sentence. */
  readonly problem?: string | undefined;
}

/** A slide teaches where something is known of it. */
export const teaches = ({ completeAreas, objects }: SlideLesson): boolean => completeAreas > 0 || objects > 0;

/** Slides that may also judge: all of a complete area is known, of lone objects only that they are some. */
export const judges = ({ completeAreas }: SlideLesson): boolean => completeAreas > 0;

/** Most groups that slides are divided into for validation. */
const MAX_FOLDS = 5;

/**
 * @param groups of the slides that have complete areas: of patients, cases or slides
 * @returns into how many parts they are divided, one of which validates; undefined: none does
 */
export const foldsOf = (groups: number): number | undefined => (groups < 2 ? undefined : Math.min(MAX_FOLDS, groups));

/** Ids of slides that a job passes over. */
export interface LeftOut {
  readonly unreadable: readonly string[];
  /** Of unknown scale, where the network needs it. */
  readonly unscaled: readonly string[];
}

export interface TrainingToPlan extends LeftOut {
  readonly lessons: readonly SlideLesson[];
  /** Of those that have complete areas, how many groups of patients, cases or slides there are. */
  readonly groups: number;
  readonly predicts: number;
  /** Slides of which nothing is corrected. */
  readonly untouched: number;
  readonly epochs: number;
  readonly imagesPerEpoch: number;
}

const noSlide = ({ unscaled }: LeftOut): string =>
  unscaled.length === 0
    ? 'none of the slides can be opened'
    : 'the model works at micrometres per pixel, and no slide that can be opened states its scale: open a slide table whose column "mpp" states their micrometres per pixel';

function problemOf({ lessons, predicts, ...leftOut }: TrainingToPlan): string | undefined {
  const all = (count: (lesson: SlideLesson) => number): number => lessons.reduce((sum, one) => sum + count(one), 0);
  if (predicts === 0) return noSlide(leftOut);
  if (!lessons.some(teaches)) {
    return 'nothing is corrected yet, so that there is nothing to learn: draw or accept objects, and mark at least one area in which all of them are drawn as complete';
  }
  if (all(({ completeAreas }) => completeAreas) === 0) {
    return 'no area is marked as complete, so that nothing would count as background and the network would learn to find objects everywhere: mark an area in which all objects are drawn as complete';
  }
  if (all(({ objects }) => objects) === 0) {
    return 'the complete areas hold no object, so that the network would learn to find none: draw or accept some';
  }
  return undefined;
}

/** Square millimetres of background; undefined where the scale of a slide is unknown. */
function backgroundOf(lessons: readonly SlideLesson[]): number | undefined {
  let sum = 0;
  for (const { background, pixelArea } of lessons) {
    if (background === 0) continue;
    if (pixelArea === undefined) return undefined;
    sum += (background * pixelArea) / 1e6;
  }
  return sum;
}

/** What a training would do. `seconds` is for whoever can estimate them. */
export function planTraining(training: TrainingToPlan): JobPlan {
  const { lessons, groups, predicts, untouched, epochs, imagesPerEpoch } = training;
  const teaching = lessons.filter(teaches);
  const judging = teaching.filter(judges);
  const sum = (count: (lesson: SlideLesson) => number): number => teaching.reduce((all, one) => all + count(one), 0);
  const folds = foldsOf(groups);
  const notes: string[] = [];
  if (judging.length === 1) {
    notes.push(
      'Only one slide has complete areas: nothing validates, and the last epoch is kept, whether it is the best or not.',
    );
  } else if (folds === undefined) {
    notes.push(
      'All slides with complete areas are of one patient or case: nothing validates, and the last epoch is kept.',
    );
  } else {
    notes.push(
      `A part in ${folds} of the slides with complete areas validates and is not learnt from; the best epoch by their Dice is kept.`,
    );
  }
  const alone = sum((lesson) => lesson.alone);
  if (alone > 0) {
    notes.push(
      `${counted(alone, 'object')} outside of complete areas ${alone === 1 ? 'teaches' : 'teach'} there by ${alone === 1 ? 'its' : 'their'} own pixels; nothing around counts as background.`,
    );
  }
  if (untouched > 0)
    notes.push(
      `${counted(untouched, 'slide')} without corrections ${untouched === 1 ? 'is' : 'are'} predicted, not learnt from.`,
    );
  notes.push(...leftOutNotes(training));
  return {
    slides: teaching.length,
    objects: sum(({ objects }) => objects),
    completeAreas: sum(({ completeAreas }) => completeAreas),
    backgroundMm2: backgroundOf(teaching),
    refused: sum(({ refused }) => refused),
    predicts,
    images: epochs * imagesPerEpoch,
    notes,
    problem: problemOf(training),
  };
}

function leftOutNote(ids: readonly string[], reason: (several: boolean) => string): string[] {
  if (ids.length === 0) return [];
  return [`${counted(ids.length, 'slide')} ${reason(ids.length > 1)}: ${listNames(ids)}.`];
}

const leftOutNotes = ({ unreadable, unscaled }: LeftOut): string[] => [
  ...leftOutNote(unreadable, (several) => `cannot be opened and ${several ? 'are' : 'is'} left out`),
  ...leftOutNote(
    unscaled,
    (several) => `of unknown scale ${several ? 'are' : 'is'} left out (column "mpp" of a slide table states it)`,
  ),
];

/** What a prediction would do. */
export function planPrediction(predicts: number, leftOut: LeftOut): JobPlan {
  return {
    slides: 0,
    objects: 0,
    completeAreas: 0,
    refused: 0,
    predicts,
    images: 0,
    notes: leftOutNotes(leftOut),
    problem: predicts === 0 ? noSlide(leftOut) : undefined,
  };
}
