/**
 * Kinds of files that the hostile tests and the fuzzer know: those that lie, those that do not, and sound ones that mutations begin with. Each is made
 * when it is asked for.
 */

/**
 * `read` are files that must be read; `malformed` yields names and bytes, or files by name, or what makes these; `sound` are what is mutated, where it is
 * not the fixtures.
 */
const loaders = {
  tiff: async () => {
    const { good, malformed, sparse } = await import('./cases.mjs');
    const read = () => [['good', good], ...sparse.map(([name, bytes]) => [`sparse: ${name}`, bytes])];
    return { read, malformed, fixtures: true };
  },
  czi: async () => {
    const { malformedCzi, soundCzis } = await import('./czi-cases.mjs');
    return family(malformedCzi, soundCzis);
  },
  dicom: async () => {
    const { malformedDicom, sound } = await import('./dicom-cases.mjs');
    return family(malformedDicom, sound);
  },
  mrxs: async () => {
    const { malformedMirax, mutableMiraxes, soundMiraxes } = await import('./mirax-cases.mjs');
    return family(malformedMirax, soundMiraxes, mutableMiraxes);
  },
  ndpi: async () => {
    const { malformedNdpi, sound } = await import('./ndpi-cases.mjs');
    return family(malformedNdpi, sound);
  },
  philips: async () => {
    const { malformedPhilips, soundPhilips } = await import('./philips-cases.mjs');
    return family(malformedPhilips, soundPhilips);
  },
  qptiff: async () => {
    const { malformedQptiffs, soundQptiffs } = await import('./philips-cases.mjs');
    return family(malformedQptiffs, soundQptiffs);
  },
  ozx: async () => {
    const { malformedZarr, soundZarrs } = await import('./zarr-cases.mjs');
    return family(malformedZarr, soundZarrs);
  },
  vsi: async () => {
    const { malformedVsi, mutableVsis, soundVsis } = await import('./vsi-cases.mjs');
    return family(malformedVsi, soundVsis, mutableVsis);
  },
  vendors: async () => {
    const { malformedVendors, sound } = await import('./vendor-cases.mjs');
    return family(malformedVendors, sound);
  },
};

const family = (malformed, whole, sound = whole) => ({
  read: () => whole.map((content, i) => [`sound ${i}`, content]),
  malformed,
  sound,
});

/** @throws {RangeError} for a name that there is not */
export async function loadFamily(name) {
  if (!Object.hasOwn(loaders, name)) throw new RangeError(`no family ${name}: ${Object.keys(loaders).join(', ')}`);
  return loaders[name]();
}

/** All of them, by name. */
export const loadFamilies = async () =>
  Object.fromEntries(await Promise.all(Object.keys(loaders).map(async (name) => [name, await loadFamily(name)])));
