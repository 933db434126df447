/** Glomeruli from objects: a network that calls a third of a glomerulus sclerotic finds two objects there, of one glomerulus. */
import { joinTouching, type RunMask, type RunObjects } from '@ftuseg/core';
import { isGlomerulus, isSclerotic, sclerosisClasses } from './glomerulus-classes.js';
import type { SclerosisCount } from './sclerosis.js';

/**
 * Objects of kinds of glomeruli that touch are one glomerulus, of the class that has most of its pixels; of equal classes the first.
 * @param names of the classes, in the order of labels
 * @returns undefined where the classes have no sclerotic share
 */
export function countGlomeruli(mask: RunMask, found: RunObjects, names: readonly string[]): SclerosisCount | undefined {
  if (sclerosisClasses(names) === undefined) return undefined;
  const counts = (label: number): boolean => isGlomerulus(names[label - 1] ?? '');
  const first = joinTouching(mask, found, counts);
  const pixels = new Map<number, number[]>();
  for (const [i, { label, area }] of found.objects.entries()) {
    if (!counts(label)) continue;
    const glomerulus = first[i] as number;
    const own = pixels.get(glomerulus) ?? names.map(() => 0);
    own[label - 1] = (own[label - 1] ?? 0) + area;
    pixels.set(glomerulus, own);
  }
  const parts = found.objects.filter(({ label }) => counts(label)).length;
  const classes = [...pixels.values()].map((own) => names[own.indexOf(Math.max(...own))] ?? '');
  return { sclerotic: classes.filter(isSclerotic).length, all: classes.length, joined: parts - classes.length };
}
