/** What the XML of a Philips TIFF says of its slide: the factors of its levels, its scale, and which pictures lie in the XML itself. */
import { parseNumber, type Scale, scaleOfSides } from '@ftuseg/core';
import { MAX_VALUE } from '../../../properties/properties.js';
import { damaged, type TiffFile } from '../../structure/file.js';
import { type DataObject, parseDataObject } from './data-object.js';

/** Pictures beside the slide by what the XML calls them. */
const PICTURES = { label: 'LABELIMAGE', macro: 'MACROIMAGE' } as const;

const LEVELS = 'PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE';

export type PictureName = keyof typeof PICTURES;

export interface PhilipsScan {
  /** Of each level, level-0 pixels per pixel. The first is 1. */
  readonly factors: readonly number[];
  readonly scale: Scale | undefined;
  readonly objectivePower: number | undefined;
  readonly pictures: readonly PictureName[];
}

/** Pages are the slide divided by whole numbers; the spacings that say so have six digits. */
const MAX_DRIFT = 0.01;
const MAX_POWER = 200;

const scansOf = (root: DataObject, kind: string): readonly DataObject[] =>
  (root.lists.get('PIM_DP_SCANNED_IMAGES') ?? []).filter(({ texts }) => texts.get('PIM_DP_IMAGE_TYPE') === kind);

const dataOf = (root: DataObject, name: PictureName): string | undefined =>
  scansOf(root, PICTURES[name])[0]?.texts.get('PIM_DP_IMAGE_DATA');

interface Spacing {
  readonly across: number;
  readonly down: number;
}

/** Millimetres between rows, then between columns: `"0.00025" "0.00025"`. */
function spacingOf(text: string | undefined): Spacing | undefined {
  const [down = 0, across = 0, ...more] = (text ?? '').replaceAll('"', ' ').trim().split(/\s+/).map(parseNumber);
  const sound = [across, down].every((side) => side > 0 && Number.isFinite(side));
  return sound && more.length === 0 ? { across, down } : undefined;
}

/** @throws {SlideError} `bad-input` for an XML that does not say what the levels of one slide are */
export function readScan(file: TiffFile, xml: string): PhilipsScan {
  const root = parseDataObject(file, xml);
  const fail = (problem: string) => damaged(file, 'page 0', `its XML ${problem}`);
  const slides = scansOf(root, 'WSI');
  const [slide] = slides;
  if (slide === undefined || slides.length > 1) throw fail(`describes ${slides.length} slides, not one`);
  const representations = slide.lists.get(LEVELS) ?? [];
  const spacings: Spacing[] = [];
  for (const [number, { texts }] of representations.entries()) {
    const spacing = spacingOf(texts.get('DICOM_PIXEL_SPACING'));
    if (spacing === undefined) throw fail(`states no pixel spacing of level ${number}`);
    spacings.push(spacing);
  }
  const [first] = spacings;
  if (first === undefined) throw fail('describes no level');
  const factors: number[] = [];
  for (const [number, { across, down }] of spacings.entries()) {
    const ratios = [across / first.across, down / first.down];
    const factor = Math.round(((ratios[0] ?? 0) + (ratios[1] ?? 0)) / 2);
    const whole = ratios.every((ratio) => Math.abs(ratio / factor - 1) < MAX_DRIFT);
    if (!whole || factor <= (factors.at(-1) ?? 0)) {
      const times = ratios.map((ratio) => Number(ratio.toPrecision(4))).join(' x ');
      throw fail(`states level ${number} to be ${times} times as coarse as the slide`);
    }
    factors.push(factor);
  }
  // The slide's own spacing is what was measured; those of levels are rounded.
  const { across, down } = spacingOf(slide.texts.get('DICOM_PIXEL_SPACING')) ?? first;
  return {
    factors,
    scale: scaleOfSides(1000 * across, 1000 * down),
    objectivePower: powerOf(slide.texts.get('DICOM_DERIVATION_DESCRIPTION') ?? ''),
    pictures: (['label', 'macro'] as const).filter((name) => (dataOf(root, name) ?? '') !== ''),
  };
}

/** The first of `levels=40,...`, where it is no number of a kind of its own; a name of a file at the end may say anything. */
function powerOf(derivation: string): number | undefined {
  const [facts = ''] = derivation.split('sourceFilename');
  const power = parseNumber(/(?:^|-)levels=(\d+)/.exec(facts)?.[1] ?? '');
  return power >= 1 && power <= MAX_POWER ? power : undefined;
}

/** Attributes of the file and of its slide, not of the pictures beside it, by OpenSlide's names. */
export function philipsProperties(file: TiffFile, xml: string): [string, string][] {
  const root = parseDataObject(file, xml, MAX_VALUE + 1);
  const found = propertiesOf('philips', root);
  const [slide] = scansOf(root, 'WSI');
  return slide === undefined ? found : [...found, ...propertiesOf('philips', slide)];
}

function propertiesOf(prefix: string, { texts, lists }: DataObject): [string, string][] {
  const levels = lists.get(LEVELS) ?? [];
  return [
    ...[...texts].map(([name, text]): [string, string] => [`${prefix}.${name}`, text]),
    ...levels.flatMap((level, number) => propertiesOf(`${prefix}.${LEVELS}[${number}]`, level)),
  ];
}

/**
 * The file of a picture in the XML, usually a JPEG.
 * @returns undefined where it is no text of base 64
 */
export function pictureData(file: TiffFile, xml: string, name: PictureName): Uint8Array | undefined {
  const text = dataOf(parseDataObject(file, xml, xml.length), name);
  if (text === undefined) return undefined;
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
