/**
 * What in a class map was most likely meant otherwise. Any text is a name, so that a list of label values with the wrong sign between them would become one, and
 * a class of names alone takes every label value. In quotation marks anything is a name.
 */
import { editDistance } from '@ftuseg/core';
import { areaKinds } from './areas.js';

/** Digits and signs, but no letter: label values, most likely. A star is part of a pattern. */
const looksLikeValues = (text: string): boolean => /\d/.test(text) && !/[\p{L}_*]/u.test(text);

/** Longer lists are not spelt out. */
const MAX_VALUES = 16;

/** The label values that a text may mean: `1-3` is 1,2,3, anything else its numbers. */
function valuesIn(text: string): string {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const [first = 0, last = 0] = numbers;
  const isRange = /^\s*\d+\s*(?:[-:–]|\.\.+)\s*\d+\s*$/.test(text) && last > first && last - first < MAX_VALUES;
  return (isRange ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : numbers).join();
}

/** @returns what is wrong with an entry that stands in no quotation marks; undefined for a name */
export function mistypedEntry(item: string): string | undefined {
  if (!looksLikeValues(item)) return undefined;
  return `"${item}" is neither a label value nor a name; did you mean ${valuesIn(item)}? Label values are parted by commas, and a class that is called so stands in quotation marks`;
}

const sorted = (text: string): string => [...text].sort().join('');

/** The area that a name was most likely meant to be: in other letters, with one letter wrong, or with some exchanged. */
function nearArea(name: string): string | undefined {
  const lower = name.toLowerCase().slice(0, 20);
  const isNear = (kind: string): boolean =>
    lower === `${kind}d` || editDistance(lower, kind) <= 1 || sorted(lower) === sorted(kind);
  return areaKinds.find((kind) => kind !== name && isNear(kind));
}

/**
 * @param name left of the equals sign, in no quotation marks
 * @param list what stands right of it; undefined: there is none
 * @returns what is wrong with it; undefined for the name of a class or area
 */
export function mistypedTarget(name: string, list: string | undefined): string | undefined {
  if (looksLikeValues(name)) {
    const turned =
      list !== undefined && /^\p{L}[^,;=]*$/u.test(list) ? `${list}=${valuesIn(name)}` : `glomerulus=${valuesIn(name)}`;
    return `"${name}" is no name of a class; did you mean "${turned}"? A class that is called so stands in quotation marks`;
  }
  if (name.includes(',') || (list === undefined && name.includes(':'))) {
    return `"${name}" is not the name of one class; what a class takes stands behind an equals sign, classes are parted by ";", and a name with a comma or colon stands in quotation marks`;
  }
  const area = nearArea(name);
  return area === undefined
    ? undefined
    : `"${name}" would be a class; did you mean "${area}"? A class that is called so stands in quotation marks`;
}
