/** Axes, levels and scale of a picture, as OME-Zarr's `multiscales` state them. Source: ngff.openmicroscopy.org, versions 0.4 and 0.5. */
import { type Scale, scaleOfSides } from '@ftuseg/core';
import type { FileFolder } from '../../source/file-folder.js';
import type { ImageGroup } from './image-group.js';
import { damagedZarr, isRecord, type JsonRecord, listOf, memberOf, numbersOf, unsupportedZarr } from './json.js';

export type Axis = 't' | 'c' | 'z' | 'y' | 'x';

const AXES: readonly string[] = ['t', 'c', 'z', 'y', 'x'];
const isAxis = (name: unknown): name is Axis => typeof name === 'string' && AXES.includes(name);

/** Micrometres; units of lengths that a microscope may have, as UDUNITS-2 calls them. */
const UNITS: Readonly<Record<string, number>> = {
  angstrom: 1e-4,
  picometer: 1e-6,
  nanometer: 1e-3,
  micrometer: 1,
  millimeter: 1e3,
  centimeter: 1e4,
  meter: 1e6,
  inch: 25_400,
};
/** Micrometres per pixel from which no picture of a microscope is. */
const COARSEST = 100;
const MAX_LEVELS = 64;

export interface StatedLevel {
  readonly path: string;
  /** Size of a pixel along each axis, in the axes' units; undefined where the file does not say. */
  readonly scale: readonly number[] | undefined;
}

export interface Multiscale {
  readonly axes: readonly Axis[];
  readonly levels: readonly [StatedLevel, ...StatedLevel[]];
  readonly microns: Scale | undefined;
  readonly scaleNote?: string;
}

/** @throws {SlideError} `unsupported` for other axes, `bad-input` for what is missing or contradicts itself */
export function readMultiscale(folder: FileFolder, { path, attributes }: ImageGroup): Multiscale {
  const multiscale = listOf(memberOf(attributes, 'multiscales')).find(isRecord) ?? {};
  const fail = (problem: string) => damagedZarr(folder, `${path}multiscales`, problem);
  const stated = memberOf(multiscale, 'axes');
  if (!Array.isArray(stated)) throw fail('its axes are not stated');
  const names = stated.map((axis: unknown) => (isRecord(axis) ? memberOf(axis, 'name') : axis));
  const axes = names.filter(isAxis);
  if (axes.length !== names.length || new Set(axes).size !== axes.length) {
    throw unsupportedZarr(
      folder,
      `the axes ${JSON.stringify(names).slice(0, 80)} are not supported: t, c, z, y and x are`,
    );
  }
  if (!(axes.includes('x') && axes.includes('y'))) throw fail('it has no axes x and y');

  const whole = scaleIn(memberOf(multiscale, 'coordinateTransformations'), axes.length);
  const levels = listOf(memberOf(multiscale, 'datasets')).map((dataset, i): StatedLevel => {
    const place = isRecord(dataset) ? memberOf(dataset, 'path') : undefined;
    if (!isRecord(dataset) || typeof place !== 'string') throw fail(`level ${i} has no path`);
    const own = scaleIn(memberOf(dataset, 'coordinateTransformations'), axes.length);
    const scale = own === undefined ? whole : own.map((value, k) => value * (whole?.[k] ?? 1));
    return { path: `${path}${place}`, scale };
  });
  const [base, ...reduced] = levels;
  if (base === undefined || levels.length > MAX_LEVELS) throw fail(`it has ${levels.length} levels`);
  return { axes, levels: [base, ...reduced], ...micronsOf(axes, stated, base) };

  /** @throws {SlideError} `bad-input` for a scale of other axes */
  function scaleIn(value: unknown, count: number): readonly number[] | undefined {
    const transformation = listOf(value)
      .filter(isRecord)
      .find((one: JsonRecord) => memberOf(one, 'type') === 'scale');
    if (transformation === undefined) return undefined;
    const scale = numbersOf(memberOf(transformation, 'scale'));
    if (scale?.length === count && scale.every((side) => side > 0)) return scale;
    throw fail(`a scale must be ${count} numbers above 0`);
  }
}

function micronsOf(
  axes: readonly Axis[],
  stated: readonly unknown[],
  { scale }: StatedLevel,
): Pick<Multiscale, 'microns' | 'scaleNote'> {
  const side = (name: Axis): { readonly unit: unknown; readonly microns: number | undefined } => {
    const index = axes.indexOf(name);
    const axis = stated[index];
    const unit = isRecord(axis) ? memberOf(axis, 'unit') : undefined;
    const factor = typeof unit === 'string' && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    const length = scale?.[index];
    return { unit, microns: factor === undefined || length === undefined ? undefined : factor * length };
  };
  const [x, y] = [side('x'), side('y')];
  if (x.microns !== undefined && y.microns !== undefined) {
    if (Math.max(x.microns, y.microns) < COARSEST) return { microns: scaleOfSides(x.microns, y.microns) };
    const pixel = `${Number(x.microns.toPrecision(4))} x ${Number(y.microns.toPrecision(4))}`;
    return { microns: undefined, scaleNote: `the file says pixels of ${pixel} µm, more than any microscope's` };
  }
  const unit = x.microns === undefined ? x.unit : y.unit;
  if (scale === undefined || unit === undefined) return { microns: undefined };
  return {
    microns: undefined,
    scaleNote: `the file says its scale in ${JSON.stringify(unit)}, which is no known unit`,
  };
}
