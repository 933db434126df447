/** Slides that a page must read as Node does: fixtures of every compression, pictures made here, and real files where they are at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { buildCzi } from './czi/czi-builder.mjs';
import { makeSlide, twoScenes } from './czi/czi-slides.mjs';
import { samplesOf } from './czi/pictures.mjs';
import { samples as dicoms } from './dicom/samples.mjs';
import { buildNdpi, jpegPage } from './ndpi/ndpi-builder.mjs';
import { shrink, tissue } from './ndpi/pictures.mjs';
import { buildBif, twoAreas } from './vendors/bif-builder.mjs';
import { buildPhilips, jpegText } from './vendors/philips-builder.mjs';
import { buildQptiff } from './vendors/qptiff-builder.mjs';
import { buildScn, twoScans } from './vendors/scn-builder.mjs';
import { buildTrestle, threeLevels } from './vendors/trestle-builder.mjs';
import { buildZarr } from './zarr/zarr-builder.mjs';
import { buildZip } from './zarr/zip-builder.mjs';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const fixtures = at('fixtures');
const real = at('../../../../shared/data/slides');
const READ = /\.(tiff?|svs|jpg|png|webp|qptiff|dcm)$/;

const below = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => READ.test(name))
        .map((name) => join(folder, name))
    : [];

/** Path to name: names are unique, and end as the file's does. */
const nameOf = (path: string): string => path.replace(/^.*\/(fixtures|slides)\//, '').replaceAll('/', '-');

/** Encoded pictures that no fixture has. */
async function madePictures(): Promise<ReadonlyMap<string, Uint8Array>> {
  const picture = sharp(join(fixtures, 'rgb.png'));
  const withOpacity = sharp(join(fixtures, 'rgba.png'));
  const encoders: Readonly<Record<string, Sharp>> = {
    '444.jpg': picture.clone().jpeg({ chromaSubsampling: '4:4:4' }),
    '420.jpg': picture.clone().jpeg({ chromaSubsampling: '4:2:0', quality: 60 }),
    'progressive.jpg': picture.clone().jpeg({ progressive: true }),
    'grey.jpg': picture.clone().toColourspace('b-w').jpeg(),
    'one-pixel.jpg': picture.clone().extract({ left: 5, top: 5, width: 1, height: 1 }).jpeg(),
    'odd.jpg': picture.clone().extract({ left: 1, top: 2, width: 17, height: 9 }).jpeg(),
    // EXIF says that it lies on its side, and a profile says other colours.
    'turned.jpg': picture.clone().withMetadata({ orientation: 6, icc: 'p3' }).jpeg(),
    'lossy.webp': picture.clone().webp({ quality: 70 }),
    'lossless.webp': picture.clone().webp({ lossless: true }),
    'opacity.webp': withOpacity.clone().webp({ quality: 80 }),
    'lossless-opacity.webp': withOpacity.clone().webp({ lossless: true }),
    'opacity.png': withOpacity.clone().png(),
  };
  const made = new Map<string, Uint8Array>();
  for (const [name, image] of Object.entries(encoders)) made.set(`made-${name}`, await image.toBuffer());
  return made;
}

/** Slides whose levels are JPEGs of restart intervals, with a list of these and without. */
function madeNdpis(): ReadonlyMap<string, Uint8Array> {
  const full = tissue(320, 213);
  const pages = [jpegPage(full, { interval: 4 }), jpegPage(shrink(full, 4), { lens: 5 })];
  return new Map([
    ['made-422.ndpi', buildNdpi(pages)],
    ['made-422-unlisted.ndpi', buildNdpi(pages.map((page) => ({ ...page, listed: undefined })))],
    ['made-420.ndpi', buildNdpi([jpegPage(full, { sampling: [2, 2], interval: 4 })])],
    ['made-444.ndpi', buildNdpi([jpegPage(full, { sampling: [1, 1], interval: 40 })])],
  ]);
}

/** A Philips TIFF with padded levels and pictures in its XML, and a QPTIFF, both of JPEG tiles. */
function madePhilips(): ReadonlyMap<string, Uint8Array> {
  const full = tissue(203, 117);
  const small = shrink(full, 4);
  const levels = [
    { factor: 1, picture: full },
    { factor: 4, picture: small },
  ];
  const pictures = { LABELIMAGE: jpegText(tissue(80, 61, 2)), MACROIMAGE: jpegText(tissue(101, 40, 3)) };
  return new Map([
    ['made-philips.tiff', buildPhilips(levels, { xml: { pictures }, sparse: (_, column) => column === 1 })],
    [
      'made.qptiff',
      buildQptiff([
        { type: 'FullResolution', picture: full },
        { type: 'Thumbnail', picture: small },
        { type: 'ReducedResolution', picture: small },
      ]),
    ],
  ]);
}

/** One file each; in a page the files of a series come as a folder. */
const madeDicoms = Object.entries(dicoms).map(([name, bytes]) => [`made-${name}.dcm`, bytes] as const);

/** OME-Zarr in a file: each compression that a page must decode. */
async function zippedZarrs(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { data, info } = await sharp(join(fixtures, 'rgb.png'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const levels = [{ width: info.width, height: info.height, channels: 3, data: Uint8Array.from(data) }] as const;
  return new Map([
    ['made-zlib.ozx', buildZip(buildZarr({ levels }))],
    ['made-deflated.zarr.zip', buildZip(buildZarr({ levels, axes: 'yxc', chunk: { c: 3 } }), { deflate: true })],
    [
      'made-shards.ozx',
      buildZip(buildZarr({ levels, version: 3, compressor: 'gzip', shards: { x: 2, y: 2 } }), { zip64: true }),
    ],
    ['made-damaged.ozx', cutOff(buildZip(buildZarr({ levels })))],
  ]);
}

/** Levels that are put together from scans and overlapping tiles. */
const madeVendors = [
  ['made-two-scans.scn', buildScn(twoScans)],
  ['made-two-areas.bif', buildBif(twoAreas)],
  ['made-trestle.tif', buildTrestle(threeLevels)],
] as const;

/** Mosaics that a page puts together, and JPEG XR, lossless and not. */
function madeCzis(): ReadonlyMap<string, Uint8Array> {
  const block = { x: 0, y: 0, picture: samplesOf(61, 43, 3, 8), compression: 'jpeg-xr' } as const;
  const photo = (name: string) => ({ ...block, data: readFileSync(join(fixtures, 'jpeg-xr', name)) });
  return new Map([
    ['made-two-scenes.czi', buildCzi(makeSlide({ ...twoScenes, bits: 16, compression: 'parted' }).blocks)],
    ['made-jpeg-xr.czi', buildCzi([photo('rgb.jxr'), { ...photo('lossy-420.jxr'), x: 61 }])],
  ]);
}

/** Name to bytes. */
export async function pageSamples(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = [...below(fixtures), ...below(real)].map((path) => [nameOf(path), readFileSync(path)] as const);
  const made = [
    ...(await madePictures()),
    ...madeNdpis(),
    ...madeDicoms,
    ...madeVendors,
    ...madePhilips(),
    ...madeCzis(),
    ...(await zippedZarrs()),
  ];
  return new Map([...files, ...made]);
}

/** What is left of a stream of which the last tenth is missing. */
export const cutOff = (data: Uint8Array): Uint8Array => data.subarray(0, Math.floor(data.length * 0.9));
