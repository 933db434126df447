/**
 * Which label values mean which class: masks of different makers use different numbers, and a number that nobody explained
 * must not become background in silence.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import { SlideError } from './errors.js';

export interface ClassMap {
  /** Class names in channel order. */
  readonly names: readonly string[];
  /** The label values of each class; undefined: one class, any non-zero value. */
  readonly values: readonly (readonly number[])[] | undefined;
}

/**
 * Reads a class map: 'glomerulus=1,2' or 'normal=1;sclerotic=2'. A value may belong to several classes. A single name without values, and
 * nothing at all (then the name is 'glomerulus'), mean any non-zero value.
 *
 * @throws SlideError `bad-input` for other forms, values outside 1..255, or a repeated name.
 * @example
 * parseClasses('normal=1;sclerotic=2').names; // ['normal', 'sclerotic']
 */
export function parseClasses(text: string | undefined): ClassMap {
  const fail = (problem: string): never => {
    throw new SlideError('bad-input', problem, {
      subject: `classes "${text}"`,
      hint: 'examples: glomerulus=1,2 or normal=1;sclerotic=2',
    });
  };
  if (text === undefined) return { names: ['glomerulus'], values: undefined };
  const parts = text.split(';').map((part) => part.trim());
  const [only = ''] = parts;
  if (parts.length === 1 && !only.includes('=')) {
    return only === '' ? fail('there is no class') : { names: [only], values: undefined };
  }
  const names: string[] = [];
  const values: number[][] = [];
  for (const part of parts) {
    const [name = '', list, ...rest] = part.split('=').map((side) => side.trim());
    if (name === '' || list === undefined || rest.length > 0) return fail(`"${part}" is not a class with its values`);
    if (names.includes(name)) fail(`the class "${name}" occurs twice`);
    names.push(name);
    values.push(
      list.split(',').map((item) => {
        const value = Number(item);
        const valid = /^\s*\d+\s*$/.test(item) && value >= 1 && value <= 255;
        return valid ? value : fail(`"${item.trim()}" is not a label value from 1 to 255`);
      }),
    );
  }
  return { names, values };
}

/** A class map made ready for looking up label after label. */
export interface ClassTable {
  /** Entry `value * classes + c` is 1 where the label value belongs to class c. */
  readonly member: Uint8Array;
  /**
   * @param present 256 entries: not 0 for each label value that occurs
   * @throws SlideError `bad-input` for a value that an explicit map does not name
   */
  check(present: Uint8Array): void;
}

/** @param subject The label image, for error messages. */
export function classTable(classes: ClassMap, subject: string): ClassTable {
  const count = classes.names.length;
  const known = new Set(classes.values?.flat());
  const member = new Uint8Array(256 * count);
  for (let value = 1; value < 256; value++) {
    for (let c = 0; c < count; c++) {
      member[value * count + c] = (classes.values?.[c]?.includes(value) ?? true) ? 1 : 0;
    }
  }
  const check = (present: Uint8Array): void => {
    const unknown = [...present.keys()].filter((value) => value > 0 && present[value] !== 0 && !known.has(value));
    if (classes.values === undefined || unknown.length === 0) return;
    const map = classes.names.map((name, c) => `${name}=${classes.values?.[c]?.join(',')}`).join(';');
    const what = unknown.length === 1 ? 'label' : 'labels';
    throw new SlideError('bad-input', `unknown ${what} ${unknown.join(', ')}; the class map is ${map}`, {
      subject,
      hint: 'name every label value in the class map',
    });
  };
  return { member, check };
}

/**
 * One channel of 0 and 1 per class (height x width x classes).
 *
 * @param labels One channel of label values; 0 is background.
 * @param subject The label image, for error messages.
 * @throws SlideError `bad-input` for a value that an explicit map does not name.
 * @example
 * const target = applyClasses(await readLabelImage(path), parseClasses('glomerulus=1,2'), path);
 */
export function applyClasses(labels: Raster, classes: ClassMap, subject: string): Raster {
  const count = classes.names.length;
  const out = emptyRaster(labels.width, labels.height, count);
  const { member, check } = classTable(classes, subject);
  const present = new Uint8Array(256);
  for (let i = 0; i < labels.data.length; i++) {
    const value = labels.data[i] as number;
    if (value === 0) continue;
    present[value] = 1;
    for (let c = 0; c < count; c++) out.data[i * count + c] = member[value * count + c] as number;
  }
  check(present);
  return out;
}
