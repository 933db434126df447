/**
 * From counts per slide and class to the figures that are reported: means over slides, pooled over all pixels and objects, bootstrap
 * intervals, means per group.
 */
import {
  addCounts,
  addObjectCounts,
  bootstrapIntervals,
  dice,
  type Interval,
  iou,
  mean,
  type ObjectCounts,
  type ObjectScores,
  type OverlapCounts,
  objectScores,
} from '@ftuseg/core';

/** What is counted for a slide and a class. */
export interface ClassCounts {
  readonly pixels: OverlapCounts;
  readonly objects: ObjectCounts;
}

export interface CountedSlide {
  readonly id: string;
  /** What is drawn as a whole by the bootstrap, such as the donor; undefined: the slide itself. */
  readonly group: string | undefined;
  /** In the order of the classes. */
  readonly classes: readonly ClassCounts[];
}

/** All in [0, 1]; `dice` and `iou` by pixels, the others by objects. */
export interface Scores extends ObjectScores {
  readonly dice: number;
  readonly iou: number;
}

export const scoreNames = [
  'dice',
  'iou',
  'precision',
  'recall',
  'f1',
  'segmentationQuality',
  'recognitionQuality',
  'panopticQuality',
] as const satisfies readonly (keyof Scores)[];

export type ScoreName = (typeof scoreNames)[number];

/** Objects that were found, that were not, and that are none. */
export type Tally = Pick<ObjectCounts, 'truePositives' | 'falseNegatives' | 'falsePositives'>;

export interface SlideScore extends Scores, Tally {
  readonly id: string;
  readonly group?: string;
}

export interface GroupScore extends Scores, Tally {
  readonly name: string;
  /** Number of slides; the scores are their means. */
  readonly slides: number;
}

export interface Summary extends Tally {
  /** Over slides: each counts the same. */
  readonly mean: Scores;
  /** Of all slides together: each pixel and each object counts the same. */
  readonly pooled: Scores;
  /** 95 % bootstrap intervals; null for fewer than three slides (or groups). */
  readonly intervals: {
    readonly mean: Readonly<Record<ScoreName, Interval>>;
    readonly pooled: Readonly<Record<ScoreName, Interval>>;
  } | null;
  readonly slides: readonly SlideScore[];
}

/** Scores of counts; see `dice`, `iou` and `objectScores`. */
export const scoresOf = ({ pixels, objects }: ClassCounts): Scores => ({
  dice: dice(pixels),
  iou: iou(pixels),
  ...objectScores(objects),
});

const pooledCounts = (counts: readonly ClassCounts[]): ClassCounts => ({
  pixels: addCounts(...counts.map(({ pixels }) => pixels)),
  objects: addObjectCounts(...counts.map(({ objects }) => objects)),
});

/** The mean of each score. */
export function meanScores(list: readonly Scores[]): Scores {
  const meanOf = (name: ScoreName): number => mean(list.map((scores) => scores[name]));
  return Object.fromEntries(scoreNames.map((name) => [name, meanOf(name)])) as Record<ScoreName, number>;
}

function tallyOf(counts: readonly ObjectCounts[]): Tally {
  const { truePositives, falseNegatives, falsePositives } = addObjectCounts(...counts);
  return { truePositives, falseNegatives, falsePositives };
}

interface ScoredSlide {
  readonly slide: CountedSlide;
  readonly scores: Scores;
}

/** Slides that are drawn together. */
function unitsOf(slides: readonly ScoredSlide[]): ScoredSlide[][] {
  const units = new Map<string, ScoredSlide[]>();
  for (const scored of slides) {
    // A slide of its own must not be taken for a group of the same name.
    const { group, id } = scored.slide;
    const key = group === undefined ? `slide ${id}` : `group ${group}`;
    const unit = units.get(key);
    if (unit === undefined) units.set(key, [scored]);
    else unit.push(scored);
  }
  return [...units.values()];
}

/**
 * @param classes which classes to summarise: their scores are averaged, their objects added up
 * @example
 * summarise(slides, [0]).mean.dice; // of the first class alone
 */
export function summarise(slides: readonly CountedSlide[], classes: readonly number[]): Summary {
  const countsOf = (slide: CountedSlide): ClassCounts[] => classes.flatMap((c) => slide.classes[c] ?? []);
  const scored = slides.map((slide) => ({ slide, scores: meanScores(countsOf(slide).map(scoresOf)) }));
  const pooledOf = (sample: readonly ScoredSlide[]): Scores =>
    meanScores(classes.map((c) => scoresOf(pooledCounts(sample.flatMap(({ slide }) => slide.classes[c] ?? [])))));
  const meanOf = (sample: readonly ScoredSlide[]): Scores => meanScores(sample.map(({ scores }) => scores));
  const units = unitsOf(scored);
  // The same seed draws the same slides for both.
  const [mean, pooled] = [meanOf, pooledOf].map((statistics) =>
    bootstrapIntervals<ScoredSlide, ScoreName>(units, (sample) => statistics(sample)),
  );
  return {
    mean: meanOf(scored),
    pooled: pooledOf(scored),
    intervals: mean === undefined || pooled === undefined ? null : { mean, pooled },
    ...tallyOf(slides.flatMap((slide) => countsOf(slide).map(({ objects }) => objects))),
    slides: scored.map(({ slide, scores }) => ({
      id: slide.id,
      ...(slide.group === undefined ? {} : { group: slide.group }),
      ...scores,
      ...tallyOf(countsOf(slide).map(({ objects }) => objects)),
    })),
  };
}

/** Means over the slides of each group, in the order in which groups first appear. */
export function groupScores(slides: readonly SlideScore[]): GroupScore[] {
  const names = new Set(slides.flatMap(({ group }) => group ?? []));
  return Array.from(names, (name) => {
    const own = slides.filter(({ group }) => group === name);
    const sum = (key: keyof Tally): number => own.reduce((total, slide) => total + slide[key], 0);
    return {
      name,
      slides: own.length,
      ...meanScores(own),
      truePositives: sum('truePositives'),
      falseNegatives: sum('falseNegatives'),
      falsePositives: sum('falsePositives'),
    };
  });
}
