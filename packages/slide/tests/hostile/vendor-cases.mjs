/** Malformed files of Leica, Ventana and Trestle scanners by name: lies in their XML and descriptions, places outside the slide, pages that are not there. */
import { shrink, tissue } from '../ndpi/pictures.mjs';
import { buildBif, scanXml, stitchXml, twoAreas } from '../vendors/bif-builder.mjs';
import { buildScn, twoScans } from '../vendors/scn-builder.mjs';
import { buildTrestle, threeLevels } from '../vendors/trestle-builder.mjs';

const scn = {
  ...twoScans,
  side: 32,
  macro: tissue(20, 16, 9),
  scans: twoScans.scans.map((scan) => ({ ...scan, picture: shrink(scan.picture, 4) })),
};
const bif = {
  ...twoAreas,
  side: 16,
  overlap: 4,
  levels: 2,
  label: tissue(10, 12),
  thumbnail: undefined,
  picture: tissue(120, 90),
};
bif.areas = twoAreas.areas.map((area) => ({ ...area, x: area.x / 4, y: area.y / 4 }));
const trestle = { ...threeLevels, picture: tissue(74, 58), side: 32, overlaps: [6, 4] };

/** Files that are sound: mutations begin with them. */
export const sound = [buildScn(scn), buildBif(bif), buildTrestle(trestle)];

const EXTREME = [0, -1, 0.5, 2 ** 31, 2 ** 53, 1e300, Number.NaN, 'many'];

function* views() {
  for (const key of ['x', 'y', 'width', 'height']) {
    for (const value of EXTREME) {
      const change = ({ glass, images }) => ({
        glass,
        images: images.map((image, i) => (i === 1 ? { ...image, view: { ...image.view, [key]: value } } : image)),
      });
      yield [`SCN: ${key} of a view is ${value}`, buildScn({ ...scn, change })];
    }
  }
  for (const key of ['width', 'height']) {
    for (const value of EXTREME) {
      const change = ({ glass, images }) => ({ glass: { ...glass, [key]: value }, images });
      yield [`SCN: ${key} of the glass is ${value}`, buildScn({ ...scn, change })];
    }
  }
  for (const key of ['ifd', 'width', 'height', 'z']) {
    for (const value of EXTREME) {
      const change = ({ glass, images }) => ({
        glass,
        images: images.map((image) => ({
          ...image,
          dimensions: image.dimensions.map((one) => ({ ...one, [key]: value })),
        })),
      });
      yield [`SCN: ${key} of a page is ${value}`, buildScn({ ...scn, change })];
    }
  }
  const listed = (change) => buildScn({ ...scn, change: ({ glass, images }) => ({ glass, images: change(images) }) });
  yield ['SCN: no scans', listed(() => [])];
  yield ['SCN: 100,000 scans', () => listed(([, image]) => new Array(100_000).fill(image))];
  yield ['SCN: scans without pages', listed((images) => images.map((image) => ({ ...image, dimensions: [] })))];
  yield [
    'SCN: one page twice in a scan',
    listed((images) => images.map((image) => ({ ...image, dimensions: [...image.dimensions, ...image.dimensions] }))),
  ];
  yield ['SCN: no brightfield', listed((images) => images.map((image) => ({ ...image, illumination: 'dark' })))];
}

function* stitchings() {
  const stitching = stitchXml(bif);
  const changed = (xml) => buildBif({ ...bif, change: { stitching: xml } });
  const NAMES = [
    'Width',
    'Height',
    'NumRows',
    'NumCols',
    'Pos-X',
    'Pos-Y',
    'OriginX',
    'OriginY',
    'Tile1',
    'Tile2',
    'OverlapX',
    'OverlapY',
    'Confidence',
  ];
  for (const name of NAMES) {
    for (const value of EXTREME) {
      const lie = stitching.replaceAll(new RegExp(`(?<= )${name}="[^"]*"`, 'g'), `${name}="${value}"`);
      yield [`BIF: ${name} is ${value}`, changed(lie)];
    }
    yield [`BIF: ${name} is missing`, changed(stitching.replaceAll(new RegExp(` ${name}="[^"]*"`, 'g'), ''))];
  }
  for (let length = 20; length < stitching.length; length += 97) {
    yield [`BIF: XML of ${length} letters`, changed(stitching.slice(0, length))];
  }
  yield ['BIF: nothing scanned', changed(stitching.replaceAll('AOIScanned="1"', 'AOIScanned="0"'))];
  yield ['BIF: elements inside each other', () => changed(`<EncodeInfo>${'<a>'.repeat(200_000)}`)];
  yield ['BIF: an entity of its own', changed(`<!DOCTYPE a [<!ENTITY b "bbbb">]><EncodeInfo>&b;</EncodeInfo>`)];
  const many = `<AOI0 OriginX="0" OriginY="0"/>`.repeat(100_000);
  yield ['BIF: 100,000 origins', () => changed(stitching.replace('<AoiOrigin>', `<AoiOrigin>${many}`))];
  for (const text of ['level=1 mag=20', 'level=0', 'level=0 mag=0', 'level=0 mag=many', 'level=-1 mag=20']) {
    yield [`BIF: a first level "${text}"`, buildBif({ ...bif, change: { descriptions: [text] } })];
  }
  for (const mag of ['20', '40', '1e-9', '0.0000001', '19.99']) {
    yield [
      `BIF: a second level of ${mag}`,
      buildBif({ ...bif, change: { descriptions: [undefined, `level=1 mag=${mag}`] } }),
    ];
  }
  yield ['BIF: an iScan that does not end', buildBif({ ...bif, change: { iScan: '<iScan ' } })];
  yield [
    'BIF: five planes',
    buildBif({ ...bif, change: { iScan: scanXml().replace('Z-layers="1"', 'Z-layers="5"') } }),
  ];
}

function* overlaps() {
  for (const x of [16, 31, 32, 1e9, -1, 0.5, 'six']) {
    yield [`Trestle: overlaps of ${x}`, buildTrestle({ ...trestle, change: { stated: `${x} 6 4 4` } })];
    yield [
      `Trestle: overlaps of ${x} in the second level`,
      buildTrestle({ ...trestle, change: { stated: `6 6 ${x} 4` } }),
    ];
  }
}

function* truncations() {
  for (const whole of sound) {
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 40)) {
      yield [`cut off at ${length} of ${whole.length} bytes`, whole.slice(0, length)];
    }
  }
}

/** @type {() => Generator<[name: string, content: Uint8Array | (() => Uint8Array)]>} */
export function* malformedVendors() {
  yield* views();
  yield* stitchings();
  yield* overlaps();
  yield* truncations();
}
