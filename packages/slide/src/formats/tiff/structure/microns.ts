/** Lengths in micrometres, in the units that writers of TIFFs name. */
import { parseNumber } from '@ftuseg/core';

/** Micrometres; the two signs of micro, and what writers spell out. */
const MICRONS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    pm: 1e-6,
    Å: 1e-4,
    nm: 1e-3,
    nanometer: 1e-3,
    nanometre: 1e-3,
    µm: 1,
    μm: 1,
    um: 1,
    micron: 1,
    microns: 1,
    micrometer: 1,
    micrometre: 1,
    mm: 1e3,
    millimeter: 1e3,
    millimetre: 1e3,
    cm: 1e4,
    centimeter: 1e4,
    centimetre: 1e4,
    dm: 1e5,
    m: 1e6,
    in: 25_400,
    inch: 25_400,
    mil: 25.4,
    thou: 25.4,
  }),
);

/** @returns undefined for what is no unit of length */
export const micronsOfUnit = (unit: string): number | undefined => MICRONS.get(unit.trim());

/** Micrometres of a length; undefined for none, one that is no positive number, or a unit that is no length. */
export function micronsOf(length: string | undefined, unit = 'µm'): number | undefined {
  const microns = parseNumber(length ?? '') * (micronsOfUnit(unit) ?? Number.NaN);
  return microns > 0 && Number.isFinite(microns) ? microns : undefined;
}
