/** Which classes and areas the objects of a file go to: each name is asked of the class map once. */

import { type AreaKind, areaKinds } from '../../classes/areas.js';
import { fitOf, KNOWN_NAMES } from '../../classes/class-names.js';
import type { ClassMap } from '../../classes/classes.js';

/** Where an object goes: into classes, or into an area that is none. */
export interface Target {
  /** Numbers of the classes; empty for an area. */
  readonly classes: readonly number[];
  readonly area?: AreaKind;
}

interface Candidate {
  readonly fit: number;
  readonly target: { readonly class: number } | { readonly area: AreaKind };
}

/**
 * Where a map has no names: an object of a class's own name, else the known names of glomeruli as the label values that they stand for. A single class without
 * values takes them if it is of glomeruli itself.
 */
function knownTarget({ names, values }: ClassMap, name: string | undefined): number[] {
  if (name === undefined) return [];
  const own = names.indexOf(name);
  if (own >= 0) return [own];
  const label = KNOWN_NAMES.get(name);
  if (label === undefined) return [];
  if (values === undefined) return names.some((one) => /glom/i.test(one)) ? [0] : [];
  return [...names.keys()].filter((c) => values[c]?.includes(label));
}

function* candidates(classes: ClassMap, name: string | undefined): Generator<Candidate> {
  // A number is the label value of images, and a class that is called so: COCO's results have no other names.
  const number = name !== undefined && /^[1-9]\d{0,2}$/.test(name) ? Number(name) : undefined;
  const exact = Number.POSITIVE_INFINITY;
  for (const c of classes.names.keys()) {
    if (number !== undefined && classes.values?.[c]?.includes(number)) yield { fit: exact, target: { class: c } };
    for (const rule of classes.objects?.[c] ?? []) {
      const fit = fitOf(rule, name);
      if (fit !== undefined) yield { fit, target: { class: c } };
    }
  }
  for (const area of areaKinds) {
    const { values = [], objects = [] } = classes.areas?.[area] ?? {};
    if (number !== undefined && values.includes(number)) yield { fit: exact, target: { area } };
    for (const rule of objects) {
      const fit = fitOf(rule, name);
      if (fit !== undefined) yield { fit, target: { area } };
    }
  }
  if (classes.objects === undefined) {
    for (const c of knownTarget(classes, name)) yield { fit: exact, target: { class: c } };
  }
}

/**
 * The whole name goes before a part of it, and the longer part before the shorter: `glomerulus=Glom*;ignore=Glomeruloid*` is no contradiction. Of two areas
 * that fit alike the first of annotated, ignore, background is taken, and an area before classes.
 *
 * @returns undefined for a name that the map does not take
 * @example
 * targetOf(parseClasses('glomerulus=Glom*'), 'Glomerulus'); // { classes: [0] }
 */
export function targetOf(classes: ClassMap, name: string | undefined): Target | undefined {
  const found = [...candidates(classes, name)];
  const best = found.reduce((most, { fit }) => Math.max(most, fit), -1);
  const chosen = found.filter(({ fit }) => fit === best).map(({ target }) => target);
  for (const target of chosen) if ('area' in target) return { classes: [], area: target.area };
  const own = new Set(chosen.flatMap((target) => ('class' in target ? [target.class] : [])));
  return own.size === 0 ? undefined : { classes: [...own] };
}
