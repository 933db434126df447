/**
 * What becomes which class: label values of images and names of drawn objects. Programs and people use different numbers and names, and one that
 * nobody explained must become neither an object nor background in silence.
 */
import { emptyRaster, type Raster, splitUnquoted, unquoted } from '@ftuseg/core';
import { SlideError } from '../slide-error.js';
import { type AreaKind, areaKinds } from './areas.js';
import { type NameRule, parseNameRule, showNameRule } from './class-names.js';
import { mistypedEntry, mistypedTarget } from './mistyped.js';

/** Entries of a class map for one target. */
export interface ClassRules {
  /** Label values of images, 1 to 255. */
  readonly values: readonly number[];
  /** Names of drawn objects. */
  readonly objects: readonly NameRule[];
}

export interface ClassMap {
  /** Class names in channel order. */
  readonly names: readonly string[];
  /** The label values of each class; undefined: one class, any non-zero value. */
  readonly values: readonly (readonly number[])[] | undefined;
  /** The names of drawn objects of each class; undefined: the known names, as the label values that they stand for. */
  readonly objects?: readonly (readonly NameRule[])[];
  readonly areas?: Readonly<Partial<Record<AreaKind, ClassRules>>>;
}

const EXAMPLES = 'examples: glomerulus=1,2 or glomerulus=Glomerulus,Glom or normal=1;sclerotic=2 or "annotated=ROI*"';

/** The pair of a usual biopsy, by the values that most label images and the known names of drawn objects have. */
const KIDNEY = 'kidney';
const KIDNEY_CLASSES = 'normal=1;sclerotic=2';

type Fail = (problem: string) => never;

/** The entries right of an equals sign. A number is a label value, and the name of a class that is called so. */
function parseRules(list: string, fail: Fail): ClassRules {
  const values: number[] = [];
  const objects: NameRule[] = [];
  for (const item of splitUnquoted(list, ',')) {
    const quoted = item.length > 1 && item.startsWith('"') && item.endsWith('"');
    const text = quoted ? item.slice(1, -1) : item;
    if (!quoted && /^[+-]?\d+(?:\.\d*)?$/.test(item)) {
      const value = Number(item);
      if (!/^\d+$/.test(item) || value < 1 || value > 255) fail(`"${item}" is not a label value from 1 to 255`);
      values.push(value);
      continue;
    }
    const mistyped = quoted ? undefined : mistypedEntry(item);
    if (mistyped !== undefined) fail(mistyped);
    const rule = text.includes('"') ? undefined : parseNameRule(text, quoted);
    objects.push(rule ?? fail(`"${item}" is neither a label value from 1 to 255 nor a name`));
  }
  return { values, objects };
}

const isAreaKind = (name: string): name is AreaKind => areaKinds.some((kind) => kind === name);

/**
 * Reads a class map: 'glomerulus=1,2' or 'normal=1,Glomerulus;sclerotic=2,"Sclerotic glomerulus"'. An entry is a label value of images or the name of
 * drawn objects (see `parseNameRule`), and may belong to several classes. `annotated`, `ignore` and `background` are no classes (see `AreaKind`). A single
 * name without entries, and no class at all (then the name is 'glomerulus'), mean any non-zero value and the known names.
 * `kidney` stands for `normal=1;sclerotic=2`.
 *
 * @throws SlideError `bad-input` for other forms, values outside 1..255, or a repeated name.
 * @example
 * parseClasses('normal=1;sclerotic=2').names; // ['normal', 'sclerotic']
 */
export function parseClasses(text: string | undefined): ClassMap {
  const fail: Fail = (problem) => {
    throw new SlideError('bad-input', problem, { subject: `classes "${text}"`, hint: EXAMPLES });
  };
  if (text === undefined) return { names: ['glomerulus'], values: undefined };
  if (text.trim() === KIDNEY) return parseClasses(KIDNEY_CLASSES);
  if ((text.split('"').length - 1) % 2 === 1) fail('a quotation mark is not closed');
  const classes: { name: string; rules: ClassRules | undefined }[] = [];
  const areas: Partial<Record<AreaKind, ClassRules>> = {};
  for (const part of splitUnquoted(text, ';')) {
    const [left = '', list, ...rest] = splitUnquoted(part, '=');
    const name = unquoted(left);
    if (name === '') fail(part === '' ? 'there is no class' : `"${part}" is not a class with its values or names`);
    if (rest.length > 0) fail(`"${part}" has more than one equals sign`);
    const mistyped = name === left ? mistypedTarget(name, list) : undefined;
    if (mistyped !== undefined) fail(mistyped);
    if (Object.hasOwn(areas, name) || classes.some((one) => one.name === name)) {
      fail(`the class "${name}" occurs twice`);
    }
    if (isAreaKind(name)) areas[name] = parseRules(list ?? '', fail);
    else classes.push({ name, rules: list === undefined ? undefined : parseRules(list, fail) });
  }
  const bare = classes.find(({ rules }) => rules === undefined);
  if (bare !== undefined && classes.length > 1) fail(`"${bare.name}" is not a class with its values or names`);
  const own = classes.length === 0 ? [{ name: 'glomerulus', rules: undefined }] : classes;
  const values = own.map(({ rules }) => rules?.values ?? []);
  const objects = own.map(({ rules }) => rules?.objects ?? []);
  return {
    names: own.map(({ name }) => name),
    values: own.length === 1 && values.flat().length === 0 ? undefined : values,
    ...(objects.flat().length === 0 ? {} : { objects }),
    ...(Object.keys(areas).length === 0 ? {} : { areas }),
  };
}

/** The name of a class or area, in quotation marks where it needs them. */
const showTarget = (name: string, list: string | undefined): string =>
  /[;=,"]|^\s|\s$/.test(name) || mistypedTarget(name, list) !== undefined ? `"${name}"` : name;

/** The class map as a person writes it; '' where it says nothing. */
export function showClasses({ names, values, objects, areas }: ClassMap): string {
  const show = (name: string, some: readonly number[], rules: readonly NameRule[]): string => {
    if (some.length + rules.length === 0) return showTarget(name, undefined);
    const list = [...some, ...rules.map(showNameRule)].join();
    return `${showTarget(name, list)}=${list}`;
  };
  const classes = names.map((name, c) => show(name, values?.[c] ?? [], objects?.[c] ?? []));
  const others = areaKinds.flatMap((kind) => {
    const rules = areas?.[kind];
    return rules === undefined ? [] : [show(kind, rules.values, rules.objects)];
  });
  return [...classes, ...others].join(';');
}

/** A class map made ready for looking up label after label. */
export interface ClassTable {
  /** Entry `value * classes + c` is 1 where the label value belongs to class c. */
  readonly member: Uint8Array;
  /** 256 entries: 1 where nothing is known of pixels with the label value; undefined where that is so of none. */
  readonly unknown?: Uint8Array | undefined;
  /**
   * @param present 256 entries: not 0 for each label value that occurs
   * @throws SlideError `bad-input` for a value that an explicit map does not name
   */
  check(present: Uint8Array): void;
}

/**
 * The table with one channel more where there is something unknown, which then is the last.
 * @param count of the classes
 */
export function channelsOf(
  { member, unknown }: ClassTable,
  count: number,
): Pick<ClassTable, 'member'> & { channels: number } {
  if (unknown === undefined) return { member, channels: count };
  const channels = count + 1;
  const more = new Uint8Array(256 * channels);
  for (let value = 0; value < 256; value++) {
    more.set(member.subarray(value * count, (value + 1) * count), value * channels);
    more[value * channels + count] = unknown[value] as number;
  }
  return { member: more, channels };
}

/** Of label images: what is ignored, and where areas are marked as annotated, whatever is neither in them nor an object. */
function unknownValues({ values, areas }: ClassMap): Uint8Array | undefined {
  const ignored = areas?.ignore?.values ?? [];
  const annotated = areas?.annotated?.values ?? [];
  if (ignored.length + annotated.length === 0) return undefined;
  const unknown = new Uint8Array(256);
  for (const value of ignored) unknown[value] = 1;
  // Values that no class has are refused, unless a single class takes all: then only what has no label at all is unknown.
  if (annotated.length > 0) unknown[0] = 1;
  for (const value of values?.flat() ?? []) unknown[value] = 0;
  return unknown;
}

/** @param subject The label image, for error messages. */
export function classTable(classes: ClassMap, subject: string): ClassTable {
  const count = classes.names.length;
  const beside = areaKinds.flatMap((kind) => classes.areas?.[kind]?.values ?? []);
  const known = new Set([...(classes.values?.flat() ?? []), ...beside]);
  const member = new Uint8Array(256 * count);
  for (let value = 1; value < 256; value++) {
    for (let c = 0; c < count; c++) {
      member[value * count + c] = (classes.values?.[c]?.includes(value) ?? !beside.includes(value)) ? 1 : 0;
    }
  }
  const check = (present: Uint8Array): void => {
    const others = [...present.keys()].filter((value) => value > 0 && present[value] !== 0 && !known.has(value));
    if (classes.values === undefined || others.length === 0) return;
    const what = others.length === 1 ? 'label' : 'labels';
    throw new SlideError(
      'bad-input',
      `unknown ${what} ${others.join(', ')}; the class map is ${showClasses(classes)}`,
      { subject, hint: 'name every label value in the class map' },
    );
  };
  return { member, unknown: unknownValues(classes), check };
}

/** As many as a data set may have. */
const MAX_CLASSES = 8;

/**
 * Of label images: whether a class whose entries are names alone takes several values, which may have been meant as several things.
 *
 * @param present 256 entries: not 0 for each label value that occurs
 * @returns a clause; undefined where the map is plain about them
 */
export function joinedValues({ names, values, objects, areas }: ClassMap, present: Uint8Array): string | undefined {
  if (objects === undefined || values !== undefined) return undefined;
  const beside = areaKinds.flatMap((kind) => areas?.[kind]?.values ?? []);
  const found = [...present.keys()].filter((value) => value > 0 && present[value] !== 0 && !beside.includes(value));
  // More values than a class map has classes number objects.
  if (found.length < 2 || found.length > MAX_CLASSES) return undefined;
  const listed = found.join(', ');
  return `label values ${listed} all count as ${names.join()}, because the class map names none of them; if that is right, name them: ${names.join()}=${found.join()}`;
}

/**
 * One channel of 0 and 1 per class (height x width x classes), and one more for what is unknown where the table has that.
 *
 * @param labels One channel of label values; 0 is background.
 * @param count of the classes
 * @throws SlideError `bad-input` for a value that an explicit map does not name.
 * @example
 * const target = applyTable(await truth.read(0, height), truth.table, 2);
 */
export function applyTable(labels: Raster, table: ClassTable, count: number): Raster {
  const { member, channels } = channelsOf(table, count);
  const out = emptyRaster(labels.width, labels.height, channels);
  const present = new Uint8Array(256);
  for (let i = 0; i < labels.data.length; i++) {
    const value = labels.data[i] as number;
    present[value] = 1;
    for (let c = 0; c < channels; c++) out.data[i * channels + c] = member[value * channels + c] as number;
  }
  table.check(present);
  return out;
}

/**
 * `applyTable` of a class map.
 *
 * @param subject The label image, for error messages.
 * @throws SlideError `bad-input` for a value that an explicit map does not name.
 * @example
 * const target = applyClasses(await readLabelImage(path), parseClasses('glomerulus=1,2'), path);
 */
export const applyClasses = (labels: Raster, classes: ClassMap, subject: string): Raster =>
  applyTable(labels, classTable(classes, subject), classes.names.length);
