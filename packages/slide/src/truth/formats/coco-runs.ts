/**
 * COCO's run-length code: lengths of runs of 0 and 1 in turn down the columns, as numbers or packed into a text (`rleFrString` of cocoapi's maskApi.c).
 * Its outlines follow the borders of pixels.
 */
import { eachOutline, objectsOf, type Ring, RunMaskBuilder } from '@ftuseg/core';

/**
 * The numbers of a packed text: five bits a letter, the lowest first, and from the third number on the difference to the last but one.
 * @returns undefined for a text that is none
 */
export function unpackCounts(text: string): number[] | undefined {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, unit] = [0, 1];
    for (;;) {
      const bits = text.charCodeAt(at++) - 48;
      // Ten letters are more than any slide has pixels.
      if (!(bits >= 0 && bits < 64) || unit > 2 ** 45) return undefined;
      value += (bits & 31) * unit;
      unit *= 32;
      if ((bits & 32) !== 0) continue;
      if ((bits & 16) !== 0) value -= unit;
      break;
    }
    counts.push(counts.length > 2 ? value + (counts.at(-2) ?? 0) : value);
  }
  return counts;
}

/**
 * The objects of a code as polygons in pixels of the picture.
 * @returns undefined where the runs are not as long as the picture
 */
export function polygonsOfCounts(counts: readonly number[], width: number, height: number): Ring[][] | undefined {
  const runs: { from: number; to: number }[] = [];
  let at = 0;
  for (const [i, count] of counts.entries()) {
    if (!Number.isSafeInteger(count) || count < 0) return undefined;
    if (i % 2 === 1 && count > 0) runs.push({ from: at, to: at + count });
    at += count;
  }
  if (at !== width * height) return undefined;
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const left = Math.floor(first.from / height);
  const builder = new RunMaskBuilder(Math.floor((last.to - 1) / height) - left + 1, height);
  for (const { from, to } of runs) {
    for (let start = from; start < to; ) {
      const column = Math.floor(start / height);
      const end = Math.min(to, (column + 1) * height);
      builder.push(column - left, start - column * height, end - column * height);
      start = end;
    }
  }
  const mask = builder.finish();
  const polygons: Ring[][] = [];
  for (const parts of eachOutline(mask, objectsOf(mask))) {
    for (const { rings } of parts) {
      polygons.push(rings.map((ring) => ring.map((value, i) => (i % 2 === 0 ? value + left : value))));
    }
  }
  return polygons;
}
