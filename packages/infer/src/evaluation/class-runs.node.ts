/** Labels to classes: one mask for each class of a class map, since a label value may belong to several. */
import { type RunMask, RunMaskBuilder } from '@ftuseg/core';
import type { ClassTable } from '@ftuseg/slide';

/**
 * The runs of some labels as a mask of its own, with label 1; runs that come to touch are joined.
 * @example
 * const sclerotic = runsOfLabels(mask, (label) => label === 2);
 */
export function runsOfLabels(mask: RunMask, belongs: (label: number) => boolean): RunMask {
  const builder = new RunMaskBuilder(mask.width, mask.height);
  for (let x = 0; x < mask.width; x++) {
    for (let i = mask.columns[x] as number; i < (mask.columns[x + 1] as number); i++) {
      if (belongs(mask.labels[i] as number)) builder.push(x, mask.starts[i] as number, mask.ends[i] as number);
    }
  }
  return builder.finish();
}

/**
 * @param table of the class map that the labels are read by
 * @param count of the classes
 * @returns one mask of label 1 for each class
 * @throws {SlideError} `bad-input` for a label value that an explicit map does not name
 * @example
 * runsOfClasses(labels, classTable(parseClasses('normal=1;sclerotic=2'), path), 2).length; // 2
 */
export function runsOfClasses(labels: RunMask, { member, check }: ClassTable, count: number): RunMask[] {
  const present = new Uint8Array(256);
  for (const label of labels.labels) present[label] = 1;
  check(present);
  return Array.from({ length: count }, (_, c) => runsOfLabels(labels, (label) => member[label * count + c] === 1));
}
