/**
 * Which slides a synthetic competition folder has: names, sizes, scales, donors, layouts. All of it from the seed, and nothing rendered.
 */
import { createRandom, FtuError, mixSeeds } from '@ftuseg/core';
import type { SlideSpec } from '../spec.js';
import { type TiffLayout, tiffLayouts } from './plain-tiff.js';

/** A person who gave tissue; columns of `HuBMAP-20-dataset_information.csv`. */
export interface Donor {
  readonly patient: string;
  readonly sex: 'Female' | 'Male';
  readonly age: number;
  readonly kilograms: number;
  readonly centimetres: number;
  readonly laterality: 'Left' | 'Right';
}

export interface PlannedSlide {
  /** Nine hexadecimal digits, as in the competition. */
  readonly id: string;
  readonly folder: 'hubmap/train' | 'hubmap/test' | 'extra';
  readonly spec: SlideSpec;
  readonly donor: Donor;
  readonly layout: TiffLayout;
}

export interface HubmapCounts {
  readonly train: number;
  readonly test: number;
  readonly extra: number;
}

/** Micrometres per pixel of the training slides, and of the extra ones. */
const TRAIN_SCALE = 0.5;
/** Test slides take these in turn: hidden slides come from other scanners. */
const TEST_SCALES = [0.5, 0.4, 0.65];
/** Numbers that the competition's donors have, so that recipes which name one run here too. */
const PATIENTS = ['63921', '68250', '65631', '67177'];
/** Pixels a side: windows of 1024 fit several times. */
const SIDES = [2600, 3600] as const;
/** Shares of the depth that are medulla, in turn. */
const MEDULLA = [0.1, 0.25, 0, 0.2];

const hexadecimal = (seed: number): string => {
  const [high, low] = [mixSeeds(seed, 1), mixSeeds(seed, 2)];
  return (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).slice(0, 9);
};

function donorOf(seed: number, number: number): Donor {
  const random = createRandom(mixSeeds(seed, 100, number));
  return {
    patient: PATIENTS[number] ?? String(60_000 + number * 500 + random.int(500)),
    sex: random.chance(0.5) ? 'Female' : 'Male',
    age: 30 + random.int(50),
    kilograms: Math.round(random.uniform(55, 130) * 10) / 10,
    centimetres: Math.round(random.uniform(155, 195) * 10) / 10,
    laterality: random.chance(0.5) ? 'Left' : 'Right',
  };
}

/** Mostly near the shorter end: a few slides are large, as in the competition. */
function sideOf(random: () => number, [shortest, longest]: readonly [number, number]): number {
  return shortest + Math.round(((longest - shortest) * random() ** 3) / 4) * 4;
}

/**
 * Slides in the order of `train.csv`; the test slides after them, the extra ones last.
 * Donors 0, 1 and 2 have two training slides each, and the first test slide is of donor 0, as in the competition.
 *
 * @param sides of slides, the shortest and the longest that there may be
 * @throws FtuError `bad-input` for a seed, counts or sides that make no sense
 */
export function planHubmap(
  seed: number,
  counts: HubmapCounts,
  sides: readonly [number, number] = SIDES,
): PlannedSlide[] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new FtuError('bad-input', `the seed must be a non-negative integer, not ${seed}`, { subject: 'seed' });
  }
  for (const [name, count] of Object.entries(counts)) {
    const least = name === 'extra' ? 0 : 1;
    if (Number.isSafeInteger(count) && count >= least && count <= 100) continue;
    throw new FtuError('bad-input', `must be a whole number from ${least} to 100, not ${count}`, { subject: name });
  }
  if (!(sides[0] >= 256 && sides[1] >= sides[0] && sides[1] <= 20_000 && sides.every(Number.isSafeInteger))) {
    throw new FtuError('bad-input', `must be two whole numbers from 256 to 20000, not ${sides}`, { subject: 'sides' });
  }
  const slide = (folder: PlannedSlide['folder'], index: number, number: number, scale: number, donor: number) => {
    const own = mixSeeds(seed, number);
    const random = createRandom(mixSeeds(own, 3));
    return {
      id: hexadecimal(own),
      folder,
      spec: {
        seed: own,
        micronsPerPixel: scale,
        slideWidth: sideOf(random.next, sides),
        slideHeight: sideOf(random.next, sides),
        features: { medulla: MEDULLA[number % MEDULLA.length] },
      },
      donor: donorOf(seed, donor),
      layout: tiffLayouts[index % tiffLayouts.length] ?? 'interleaved',
    } as const;
  };
  const list = (count: number, make: (index: number) => PlannedSlide): PlannedSlide[] =>
    Array.from({ length: count }, (_, index) => make(index));
  return [
    ...list(counts.train, (i) => slide('hubmap/train', i, i, TRAIN_SCALE, i < 6 ? i >> 1 : i - 3)),
    ...list(counts.test, (i) =>
      slide('hubmap/test', i, 1000 + i, TEST_SCALES[i % TEST_SCALES.length] ?? TRAIN_SCALE, i === 0 ? 0 : 200 + i),
    ),
    ...list(counts.extra, (i) => slide('extra', i, 2000 + i, TRAIN_SCALE, 300 + i)),
  ];
}
