/**
 * What the tags say of each stack: a picture with all of its focal planes and levels, whose pixels lie in the folder `stackN` of its number. Facts: numbers
 * of tags as Bio-Formats, slideio and openreadout have them.
 */
import { damagedVsi, unsupportedVsi } from './errors.js';
import { childrenAt, doublesOf, findTag, integersOf, numberOf, type TagRecord, textOf } from './tag-tree.js';

const Tag = {
  collection: 2000,
  stack: 2001,
  frame: 2002,
  settings: 2005,
  dimension: 2007,
  dimensionElement: 2008,
  externalFile: 2018,
  otherExternalFile: 2037,
  boundary: 2053,
  tileOrigin: 2410,
  hasExternalFile: 20005,
  dimensionMeaning: 2023,
  /** In the settings. */
  pixelSize: 2019,
  pixelUnit: 2020,
  name: 2030,
  stackType: 2074,
  lightName: 2419,
  isTransmission: 20035,
  devices: 2043,
  optics: 120114,
  magnification: 120060,
  aperture: 120061,
} as const;

/** Names of tags, as far as they are known here. */
export const TAG_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Tag).map(([name, tag]) => [tag, name]));

export type DimensionKind = 'focal planes' | 'time points' | 'wavelengths' | 'channels' | 'phases';
const KINDS: Readonly<Record<number, DimensionKind>> = {
  1: 'focal planes',
  2: 'time points',
  3: 'wavelengths',
  4: 'channels',
  9: 'phases',
};

/** Types of stacks that are pictures; others are masks, maps of focus and the like. */
const SCAN = 0;
const OVERVIEWS: ReadonlySet<number> = new Set([1, 256]);

/** Each of which may be a file to look at. */
const MAX_STACKS = 1024;

export interface Stack {
  /** Of its folder. */
  readonly number: number;
  readonly name: string;
  readonly role: 'scan' | 'label' | 'macro' | 'other';
  /** Its pixels lie in a file of their own. */
  readonly isExternal: boolean;
  /** Of level 0, pixels. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Where the tile of column 0 and row 0 begins on level 0, pixels. */
  readonly origin: { readonly x: number; readonly y: number };
  /** Micrometres per pixel. */
  readonly scale: { readonly x: number; readonly y: number } | undefined;
  /** Why a size of pixels that is stated is not taken. */
  readonly scaleNote: string | undefined;
  readonly magnification: number | undefined;
  /** It says that it was lit from below, as brightfield is. */
  readonly isTransmission: boolean;
  /** What coordinates of a tile behind column and row are, by their place. */
  readonly dimensions: ReadonlyMap<number, DimensionKind>;
}

/** @throws {SlideError} `bad-input` for tags that state what cannot be */
export function readStacks(tree: readonly TagRecord[], subject: string): readonly Stack[] {
  const records = stackRecords(tree);
  if (records.length > MAX_STACKS) throw damagedVsi(subject, `the tags: ${records.length} stacks are impossible`);
  const numbers = new Set<number>();
  return records.map((record) => {
    const stack = stackOf(record, subject);
    if (numbers.has(stack.number)) throw damagedVsi(subject, `the tags: two stacks have the number ${stack.number}`);
    numbers.add(stack.number);
    return stack;
  });
}

const stackRecords = (tree: readonly TagRecord[]): readonly TagRecord[] =>
  childrenAt(tree, Tag.collection).filter(({ tag }) => tag === Tag.stack);

/** What lies in the volume of a stack. */
export const recordsOfStack = (tree: readonly TagRecord[], number: number): readonly TagRecord[] =>
  stackRecords(tree).find(({ index }) => index === number)?.children ?? [];

function stackOf({ index: number, children }: TagRecord, subject: string): Stack {
  if (number === undefined) throw damagedVsi(subject, 'the tags: a stack has no number');
  const settings = childrenAt(children, Tag.settings);
  const { stated, layout } = layoutOf(children);
  const name = textOf(findTag(settings, Tag.name)) ?? '';
  const type = numberOf(findTag(settings, Tag.stackType)) ?? SCAN;
  const lightName = textOf(findTag(settings, Tag.lightName)) ?? '';
  return {
    number,
    name: name === '' ? `stack${number}` : name,
    role: roleOf(name, type),
    isExternal: numberOf(findTag(layout, Tag.hasExternalFile)) !== 0 && stated,
    size: sizeOf(layout, number, subject),
    origin: originOf(layout, number, subject),
    ...scaleOf(settings),
    magnification: magnificationOf(settings),
    isTransmission: numberOf(findTag(settings, Tag.isTransmission)) === 1 || /^(BF|brightfield)$/i.test(lightName),
    dimensions: dimensionsOf(children),
  };
}

function roleOf(name: string, type: number): Stack['role'] {
  if (/^label/i.test(name)) return 'label';
  if (/^(overview|macro)/i.test(name) || OVERVIEWS.has(type)) return 'macro';
  return type === SCAN ? 'scan' : 'other';
}

/** Of the first frame that has it; what it lacks stands under another tag in some files. */
function layoutOf(children: readonly TagRecord[]): { readonly stated: boolean; readonly layout: readonly TagRecord[] } {
  const frames = children.filter(({ tag }) => tag === Tag.frame);
  const layouts = [Tag.externalFile, Tag.otherExternalFile].flatMap((tag) =>
    frames.flatMap((frame) => findTag(frame.children, tag) ?? []).slice(0, 1),
  );
  return { stated: layouts.length > 0, layout: layouts.flatMap((layout) => layout.children) };
}

function sizeOf(layout: readonly TagRecord[], number: number, subject: string): Stack['size'] {
  const record = findTag(layout, Tag.boundary);
  if (record === undefined) return undefined;
  const [x, y, width = 0, height = 0] = integersOf(record);
  if (width < 1 || height < 1) throw damagedVsi(subject, `the tags: stack ${number} has ${width} x ${height} pixels`);
  if (x === 0 && y === 0) return { width, height };
  throw unsupportedVsi(subject, `stack ${number} begins at ${x}, ${y} of its picture, which is not supported`);
}

function originOf(layout: readonly TagRecord[], number: number, subject: string): Stack['origin'] {
  const record = findTag(layout, Tag.tileOrigin);
  if (record === undefined) return { x: 0, y: 0 };
  const [x, y] = integersOf(record);
  if (x !== undefined && y !== undefined) return { x, y };
  throw damagedVsi(subject, `the tags: the tiles of stack ${number} have no origin of two numbers`);
}

/** Units are written as powers of ten: `10^-6m^1` is a micrometre, which is also meant where none is stated. */
function scaleOf(settings: readonly TagRecord[]): Pick<Stack, 'scale' | 'scaleNote'> {
  const [x = 0, y = 0] = doublesOf(findTag(settings, Tag.pixelSize));
  const unit = textOf(findTag(settings, Tag.pixelUnit));
  const power = unit === undefined ? '-6' : /^10\^(-?\d{1,2})m\^1$/.exec(unit)?.[1];
  if (power === undefined) return { scale: undefined, scaleNote: `the unit "${unit?.slice(0, 40)}" is not known` };
  const factor = 10 ** (Number(power) + 6);
  const isSound = Number.isFinite(x) && Number.isFinite(y) && x > 0 && y > 0;
  return { scale: isSound ? { x: x * factor, y: y * factor } : undefined, scaleNote: undefined };
}

/** Of the objective: among the devices the one that has a numerical aperture as well. */
function magnificationOf(settings: readonly TagRecord[]): number | undefined {
  const optics = childrenAt(settings, Tag.devices).map(({ children }) => childrenAt(children, Tag.optics));
  const objective = optics.find((one) => findTag(one, Tag.magnification) && findTag(one, Tag.aperture));
  const power = objective && numberOf(findTag(objective, Tag.magnification));
  return power !== undefined && Number.isFinite(power) && power > 0 ? power : undefined;
}

function dimensionsOf(children: readonly TagRecord[]): Stack['dimensions'] {
  const found = new Map<number, DimensionKind>();
  for (const { index, children: elements } of children.filter(({ tag }) => tag === Tag.dimension)) {
    const kind = KINDS[numberOf(findTag(childrenAt(elements, Tag.dimensionElement), Tag.dimensionMeaning)) ?? -1];
    if (index !== undefined && kind !== undefined) found.set(index, kind);
  }
  return found;
}
