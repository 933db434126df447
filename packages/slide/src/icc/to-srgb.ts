/**
 * From a profile's colours to sRGB (IEC 61966-2-1) with perceptual rendering intent and black point compensation, as lcms2 does it: through its table `A2B0`,
 * or else its curves and matrix, to XYZ under D50, and by the matrix and curve of sRGB to 8 bits.
 */
import type { PixelColours } from '../slide.js';
import { SlideError } from '../slide-error.js';
import { type Curve, parseCurve } from './curves.js';
import { type DeviceTable, type LabEncoding, parseTable } from './lut.js';
import { misfit } from './misfit.js';
import { brokenProfile, type IccProfile, parseProfile, signatureAt } from './profile.js';

/** The light of the connection space. */
const D50 = [0.9642, 1, 0.8249] as const;
/** Black of perceptual tables of version 4 (ICC.1:2010, 6.3.3). */
const PERCEPTUAL_BLACK = [0.00336, 0.0034731, 0.00287] as const;
/** Darkest colours lighter than this are no black. */
const LIGHTEST_BLACK = 50;
/** XYZ of the connection space in 16 bits reaches from 0 to this. */
const MAX_XYZ = 1 + 32767 / 32768;

type Triple = readonly [number, number, number];

/** Columns of sRGB under D50, as its profile has them (s15Fixed16Number). */
const SRGB_COLUMNS: readonly [Triple, Triple, Triple] = [
  [0.43606567, 0.2224884, 0.01391602],
  [0.38514709, 0.71687317, 0.09707642],
  [0.14306641, 0.06060791, 0.71409607],
];

/** Changes a colour of a picture, 0..255, to sRGB, 0..255 and not rounded, in place. */
export type ColourChange = (colour: Float64Array) => void;

/**
 * @param bytes of the profile
 * @param subject the slide, for messages
 * @param colours of its samples as they are stored
 * @throws {SlideError} `bad-input` for a damaged profile, `unsupported` for one that is not for pictures like this
 * @example
 * const change = iccToSrgb(await slide.readIccProfile(), 'scan.svs');
 */
export function iccToSrgb(bytes: Uint8Array, subject: string, colours?: PixelColours): ColourChange {
  const profile = parseProfile(bytes, subject);
  const problem = misfit(profile.colourSpace, colours);
  if (problem !== undefined) {
    throw new SlideError('unsupported', problem, { subject, hint: 'take its colours as they are stored' });
  }
  const toXyz = deviceToXyz(profile, subject);
  const rows = inverse(SRGB_COLUMNS);
  const [x, y, z] = rows;
  return (colour) => {
    for (let c = 0; c < 3; c++) colour[c] = (colour[c] as number) / 255;
    toXyz(colour);
    const [a, b, c] = [colour[0] as number, colour[1] as number, colour[2] as number];
    colour[0] = 255 * encode(x[0] * a + x[1] * b + x[2] * c);
    colour[1] = 255 * encode(y[0] * a + y[1] * b + y[2] * c);
    colour[2] = 255 * encode(z[0] * a + z[1] * b + z[2] * c);
  };
}

/** Light to a value of sRGB, both 0..1. */
function encode(light: number): number {
  if (light <= 0) return 0;
  if (light >= 1) return 1;
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** Changes a colour of 0..1 to XYZ with white at D50, in place. */
function deviceToXyz(profile: IccProfile, subject: string): ColourChange {
  const { colourSpace, tags } = profile;
  if (colourSpace === 'GRAY') return greyToXyz(profile, subject);
  const table = tags.get('A2B0');
  return table === undefined ? matrixToXyz(profile, subject) : tableToXyz(profile, parseTable(table, subject), subject);
}

function tagOf({ tags }: IccProfile, name: string, subject: string): DataView {
  const tag = tags.get(name);
  if (tag === undefined) throw brokenProfile(subject, `its tag ${name} is missing`);
  return tag;
}

function greyToXyz(profile: IccProfile, subject: string): ColourChange {
  const { curve } = parseCurve(tagOf(profile, 'kTRC', subject), 0, subject);
  return (colour) => {
    const light = curve(colour[0] as number);
    for (let c = 0; c < 3; c++) colour[c] = light * (D50[c] as number);
  };
}

function matrixToXyz(profile: IccProfile, subject: string): ColourChange {
  const curveOf = (name: string): Curve => parseCurve(tagOf(profile, name, subject), 0, subject).curve;
  const columnOf = (name: string): Triple => {
    const tag = tagOf(profile, name, subject);
    if (tag.byteLength < 20 || signatureAt(tag, 0) !== 'XYZ')
      throw brokenProfile(subject, `its tag ${name} is no colour`);
    return [tag.getInt32(8) / 65536, tag.getInt32(12) / 65536, tag.getInt32(16) / 65536];
  };
  const [red, green, blue] = [curveOf('rTRC'), curveOf('gTRC'), curveOf('bTRC')];
  const [r, g, b] = [columnOf('rXYZ'), columnOf('gXYZ'), columnOf('bXYZ')];
  return (colour) => {
    const p = red(colour[0] as number);
    const q = green(colour[1] as number);
    const s = blue(colour[2] as number);
    for (const c of [0, 1, 2] as const) colour[c] = r[c] * p + g[c] * q + b[c] * s;
  };
}

function tableToXyz(profile: IccProfile, { apply, encoding }: DeviceTable, subject: string): ColourChange {
  const { connectionSpace } = profile;
  if (connectionSpace !== 'Lab' && connectionSpace !== 'XYZ') {
    throw brokenProfile(subject, `it leads to "${connectionSpace}", neither Lab nor XYZ`);
  }
  const toXyz: ColourChange = (colour) => {
    apply(colour);
    if (connectionSpace === 'XYZ') for (let c = 0; c < 3; c++) colour[c] = (colour[c] as number) * MAX_XYZ;
    else labToXyz(colour, encoding);
  };
  const black = blackOf(profile, toXyz);
  return (colour) => {
    toXyz(colour);
    for (let c = 0; c < 3; c++) {
      const [white, dark] = [D50[c] as number, black[c] as number];
      colour[c] = (((colour[c] as number) - dark) * white) / (white - dark);
    }
  };
}

/** What becomes black: the specification's for version 4, else the grey of the darkest colour. */
function blackOf({ version }: IccProfile, toXyz: ColourChange): Triple {
  if (version >= 4) return PERCEPTUAL_BLACK;
  const colour = new Float64Array(3);
  toXyz(colour);
  const lightness = Math.min(Math.max(lightnessOf(colour[1] as number), 0), LIGHTEST_BLACK);
  const light = lightOf((lightness + 16) / 116);
  return [light * D50[0], light * D50[1], light * D50[2]];
}

/** CIE 1976: the cube above 6/29, a line below. */
const lightOf = (f: number): number => (f > 24 / 116 ? f ** 3 : (108 / 841) * (f - 16 / 116));
const lightnessOf = (y: number): number => 116 * (y > (24 / 116) ** 3 ? Math.cbrt(y) : (841 / 108) * y + 16 / 116) - 16;

function labToXyz(colour: Float64Array, encoding: LabEncoding): void {
  const [first, second, third] = [colour[0] as number, colour[1] as number, colour[2] as number];
  // Version 2 has white at 0xff00, and a colour without hue at 0x8000.
  const [l, a, b] =
    encoding === 'version 2'
      ? [(first * 6553500) / 65280, (second * 65535) / 256 - 128, (third * 65535) / 256 - 128]
      : [first * 100, second * 255 - 128, third * 255 - 128];
  const y = (l + 16) / 116;
  colour[0] = lightOf(y + a / 500) * D50[0];
  colour[1] = lightOf(y);
  colour[2] = lightOf(y - b / 200) * D50[2];
}

/** Rows of the inverse of a matrix that is given by its columns. */
function inverse([a, b, c]: readonly [Triple, Triple, Triple]): readonly [Triple, Triple, Triple] {
  const cross = (p: Triple, q: Triple): Triple => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const normal = cross(b, c);
  const volume = a[0] * normal[0] + a[1] * normal[1] + a[2] * normal[2];
  const row = ([x, y, z]: Triple): Triple => [x / volume, y / volume, z / volume];
  return [row(normal), row(cross(c, a)), row(cross(a, b))];
}
