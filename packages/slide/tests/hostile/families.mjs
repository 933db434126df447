/** Kinds of files that the hostile tests and the fuzzer know: those that lie, those that do not, and sound ones that mutations begin with. */
import { good, malformed, sparse } from './cases.mjs';
import { malformedCzi, soundCzis } from './czi-cases.mjs';
import { malformedDicom, sound as soundDicom } from './dicom-cases.mjs';
import { malformedMirax, mutableMiraxes, soundMiraxes } from './mirax-cases.mjs';
import { malformedNdpi, sound } from './ndpi-cases.mjs';
import { malformedPhilips, malformedQptiffs, soundPhilips, soundQptiffs } from './philips-cases.mjs';
import { malformedVendors, sound as soundVendors } from './vendor-cases.mjs';
import { malformedVsi, mutableVsis, soundVsis } from './vsi-cases.mjs';
import { malformedZarr, soundZarrs } from './zarr-cases.mjs';

/**
 * `read` are files that must be read; `malformed` yields names and bytes, or files by name; `sound` are what is mutated, where it is not the fixtures.
 */
export const families = {
  tiff: {
    read: () => [['good', good], ...sparse.map(([name, bytes]) => [`sparse: ${name}`, bytes])],
    malformed,
    fixtures: true,
  },
  czi: {
    read: () => soundCzis.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedCzi,
    sound: soundCzis,
  },
  dicom: {
    read: () => soundDicom.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedDicom,
    sound: soundDicom,
  },
  mrxs: {
    read: () => soundMiraxes.map((files, i) => [`sound ${i}`, files]),
    malformed: malformedMirax,
    sound: mutableMiraxes,
  },
  ndpi: {
    read: () => sound.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedNdpi,
    sound,
  },
  philips: {
    read: () => soundPhilips.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedPhilips,
    sound: soundPhilips,
  },
  qptiff: {
    read: () => soundQptiffs.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedQptiffs,
    sound: soundQptiffs,
  },
  ozx: {
    read: () => soundZarrs.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedZarr,
    sound: soundZarrs,
  },
  vsi: {
    read: () => soundVsis.map((files, i) => [`sound ${i}`, files]),
    malformed: malformedVsi,
    sound: mutableVsis,
  },
  vendors: {
    read: () => soundVendors.map((bytes, i) => [`sound ${i}`, bytes]),
    malformed: malformedVendors,
    sound: soundVendors,
  },
};
