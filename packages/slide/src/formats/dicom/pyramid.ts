/** Instances of one series as the pictures of a slide: which are levels, which come along, and whether they agree. */
import { scaleOfSides } from '@ftuseg/core';
import type { Codec } from '../../codecs/codec.js';
import { SlideError } from '../../slide-error.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../tiff/page.js';
import { isReduced, level } from '../tiff/structure/levels.js';
import { orderParts } from './concatenation.js';
import type { Instance } from './instance.js';
import { describePicture, type Picture } from './picture.js';
import { fileProperties } from './properties/file-properties.js';
import { nearestPlane } from './tile-frames.js';

/** How far the spacing of a level may be from what its size says. */
const MAX_DRIFT = 0.05;

type Parts = readonly [Instance, ...Instance[]];

const contradiction = (subject: string, problem: string, hint: string): SlideError =>
  new SlideError('bad-input', problem, { subject, hint });

/**
 * @param instances of one series
 * @param subject for messages: the file or folder that was opened
 * @throws {SlideError} `bad-input` for files that are missing or contradict each other, `unsupported` for what is not read
 */
export async function describePyramid(
  instances: readonly Instance[],
  subject: string,
  codecs: readonly Codec[],
): Promise<TiffSlide> {
  const pictures = orderParts(withoutCopies(instances));
  const levels = pictures.filter(([{ kind }]) => kind === 'level').sort(([a], [b]) => b.width - a.width);
  const [base, ...smaller] = levels;
  if (base === undefined) {
    const kinds = [...new Set(instances.map(({ kind }) => kind))].join(' and ');
    throw contradiction(
      subject,
      `there is no level of the slide (an image of type VOLUME)${kinds === '' ? '' : `, only ${kinds}`}`,
      'give the folder of the whole series',
    );
  }
  for (const [other] of smaller) checkSameSlide(base[0], other);
  const full = await pictureOf(base, codecs);
  const found: TiffLevel[] = [];
  const notes: string[] = [];
  for (const parts of smaller) {
    const { page, plane } = await smallerPicture(base[0], full, parts, codecs);
    if (!isOtherPlane(plane, full)) found.push(level([page], full.page));
    else notes.push(`a ${page.name}, which is not read: its focal plane is that at ${plane} µm`);
  }
  const associated = new Map<string, TiffPage>();
  for (const parts of pictures) {
    const [{ kind, file }] = parts;
    if (kind === 'level') continue;
    if (associated.has(kind)) {
      const other = pictures.find(([one]) => one.kind === kind)?.[0].file.source.name;
      throw contradiction(file.source.name, `there is a second ${kind} (${other})`, 'leave one of them in the folder');
    }
    try {
      associated.set(kind, (await pictureOf(parts, codecs)).page);
    } catch (error) {
      // The slide is worth more than its label.
      if (!(error instanceof SlideError && error.code === 'unsupported')) throw error;
      notes.push(`a ${kind} that is not read: ${error.problem}`);
    }
  }
  const missing = missingBase(base[0]);
  return {
    format: 'DICOM',
    levels: [level([full.page], full.page), ...found],
    ...scaleOf(base[0]),
    objectivePower: full.path?.objectivePower,
    ...(missing === undefined ? {} : { warnings: [missing] }),
    notes: [...full.notes, ...notes],
    associated,
    readProperties: async (signal) => {
      const { source, syntax, properties } = base[0].file;
      return properties?.() ?? fileProperties(source, syntax, signal);
    },
  };
}

/** A level that was made of a larger one is no scan's finest. Nothing tells where the larger one went, so that it is no reason to refuse. */
function missingBase({ isResampled, width, height }: Instance): string | undefined {
  if (!isResampled) return undefined;
  return `its largest level (${width} x ${height}) was made of a larger one (ImageType RESAMPLED), which is not in the series: get that file if you want the scan's full resolution`;
}

/** @param plane height of the focal plane that is wanted, micrometres; that of the glass is 0 */
const pictureOf = (parts: Parts, codecs: readonly Codec[], plane = 0): Promise<Picture> => {
  const [{ kind, width, height }] = parts;
  return describePicture(parts, kind === 'level' ? `level of ${width} x ${height}` : kind, codecs, plane);
};

/** Heights of levels may differ a little: another plane is one that is nearer to another of the largest level's. */
const isOtherPlane = (plane: number | undefined, full: Picture): boolean =>
  plane !== undefined && full.plane !== undefined && nearestPlane(full.planes, plane) !== full.plane;

/** Files that hold the same instance are copies. */
function withoutCopies(instances: readonly Instance[]): Instance[] {
  const seen = new Set<string>();
  return instances.filter(({ uid }) => {
    if (uid === undefined) return true;
    if (seen.has(uid)) return false;
    seen.add(uid);
    return true;
  });
}

function checkSameSlide(base: Instance, other: Instance): void {
  const same = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;
  if (same(base.frameOfReference, other.frameOfReference) && same(base.pyramid, other.pyramid)) return;
  throw contradiction(
    other.file.source.name,
    `it is a level of another scan than ${base.file.source.name} (their frames of reference or pyramids differ)`,
    'put each scan into a folder of its own',
  );
}

/** @throws {SlideError} `bad-input` for a picture that is no smaller level of the base */
async function smallerPicture(base: Instance, full: Picture, parts: Parts, codecs: readonly Codec[]): Promise<Picture> {
  const [instance] = parts;
  const subject = instance.file.source.name;
  const { width, height } = instance;
  const size = `${width} x ${height}`;
  const other = base.file.source.name;
  if (width === base.width && height === base.height) {
    const problem = `it is a second level of ${size} beside ${other}, such as another focal plane`;
    throw contradiction(subject, problem, 'leave one of them in the folder');
  }
  if (!isReduced(full.page, instance)) {
    const problem = `its ${size} pixels are no smaller level of the ${base.width} x ${base.height} of ${other}`;
    throw contradiction(subject, problem, 'put each scan into a folder of its own');
  }
  const [rows, columns] = instance.spacing.map((value, i) => value / (base.spacing[i] ?? Number.NaN));
  for (const [ratio, factor] of [
    [rows, base.height / height],
    [columns, base.width / width],
  ] as const) {
    // A small level is whole pixels, so its factor is only near to what was meant.
    const drift = MAX_DRIFT + 1 / Math.min(width, height);
    if (ratio === undefined || Number.isNaN(ratio) || Math.abs(ratio / factor - 1) <= drift) continue;
    const problem = `its pixels are ${ratio.toPrecision(3)} times as large as those of ${other}, and its size says ${factor.toPrecision(3)}`;
    throw contradiction(subject, problem, 'export the slide again');
  }
  return pictureOf(parts, codecs, full.plane);
}

function scaleOf({ spacing }: Instance): Pick<TiffSlide, 'scale' | 'micronsPerPixelFrom' | 'scaleNote'> {
  const [rows, columns] = spacing;
  const sound = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && value > 0;
  if (sound(rows) && sound(columns)) {
    return { scale: scaleOfSides(columns * 1000, rows * 1000), micronsPerPixelFrom: 'PixelSpacing' };
  }
  const scaleNote = spacing.length === 0 ? 'the file has no PixelSpacing' : `PixelSpacing is ${spacing.join(', ')}`;
  return { scale: undefined, micronsPerPixelFrom: undefined, scaleNote };
}
