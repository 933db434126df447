/**
 * The record beside a prepared slide's rasters: what it was made from and a digest of all that decides what is in them, so that a slide whose
 * record still fits is not made again.
 */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeScale,
  FtuError,
  isSquare,
  leavesNothing,
  MAX_ENLARGED,
  meanMicrons,
  pixelSize,
  requirePlausible,
} from '@ftuseg/core';
import { fileIdentity, writeFileAtomic } from '@ftuseg/files';
import { type PreparedSlide, preparedSlideSchema, slideFiles } from '@ftuseg/folders';
import {
  annotatedRow,
  type ClassMap,
  type ColourChoice,
  joinedValues,
  openSlide,
  pixelScaleOf,
  type Slide,
  type SlideColours,
  type SlideRow,
  scaleOf,
  type TruthReport,
} from '@ftuseg/slide';
import { writeAnatomy } from '../dataset/anatomy.js';
import { fileChecksum } from '../dataset/checksum.js';
import type { WorkingSize } from './image-bands.js';

/** Part of every digest: raised when the same inputs would give other rasters. */
const METHOD = 'area-4';

/** The working resolution; neither: native pixels. */
export interface Resolution {
  /** Micrometres; every slide must say its own. */
  readonly micronsPerPixel?: number | undefined;
  /** Source pixels per working pixel. */
  readonly downsample?: number | undefined;
}

export type SlideInputs = Pick<PreparedSlide, 'inputs' | 'digest'>;
/** What a record says of the labels. */
export type SlideLabels = Pick<PreparedSlide, 'pixels' | 'soft' | 'uncertain' | 'unknown' | 'truth' | 'warnings'>;

/** A report as a record keeps it. */
export const recordedReport = ({ used, leftOut, ...report }: TruthReport): NonNullable<PreparedSlide['truth']> => ({
  ...report,
  used: used.map(({ as, ...one }) => ({ ...one, as: [...as] })),
  leftOut: [...leftOut],
});

/**
 * What must be read of a slide's label image.
 * @param present 256 entries: not 0 for each label value that occurs
 */
export function labelWarnings(row: SlideRow, classes: ClassMap, present: Uint8Array): Pick<SlideLabels, 'warnings'> {
  const joined = row.mask === undefined ? undefined : joinedValues(classes, present);
  return joined === undefined ? {} : { warnings: [joined] };
}

async function inputFile(path: string): Promise<PreparedSlide['inputs'][number]> {
  const { modified, ...found } = await fileIdentity(path).catch((error: unknown) => {
    if (error instanceof FtuError && error.code !== 'not-found') throw error;
    const details = { subject: path, hint: 'check the slide table', cause: error };
    throw new FtuError('not-found', 'the file does not exist', details);
  });
  return { ...found, modified: Math.round(modified) };
}

/**
 * The input files of a slide and the digest of them and `rest`; cheap, because no picture is read.
 *
 * @param paths the picture first; undefined ones are left out
 * @throws FtuError 'not-found' for a file that does not exist
 */
export async function describeInputs(
  paths: readonly (string | undefined)[],
  rest: readonly unknown[],
): Promise<SlideInputs> {
  const inputs = await Promise.all(paths.filter((path) => path !== undefined).map(inputFile));
  const digest = createHash('sha256')
    .update(JSON.stringify([METHOD, inputs, ...rest]))
    .digest('hex');
  return { inputs, digest };
}

/** What a row says of its slide that changes pixels or labels, for {@link describeInputs}. */
export const scaleAndOrigin = ({ pixelSize, micronsPerPixel, annotationOrigin }: SlideRow): readonly unknown[] => [
  pixelSize ?? micronsPerPixel ?? null,
  // Nothing stands in the place of what is not said, so that data sets of before are known again.
  ...(annotationOrigin === undefined ? [] : [annotationOrigin]),
];

/** The inputs of a slide whose colours are changed as well. */
export function withColours(
  { inputs, digest }: SlideInputs,
  { icc, stainNormalisation: stain }: ColourChoice,
): SlideInputs {
  if (icc === undefined && stain === undefined) return { inputs, digest };
  return {
    inputs,
    digest: createHash('sha256')
      .update(JSON.stringify(icc === undefined ? [digest, stain] : [digest, stain ?? null, icc]))
      .digest('hex'),
  };
}

async function readRecord(path: string): Promise<PreparedSlide | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return preparedSlideSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

type Rasters = Pick<PreparedSlide, 'id' | 'soft' | 'anatomy'>;
type Checksums = NonNullable<PreparedSlide['checksums']>;

/** Of all rasters that a slide has. */
async function checksumsOf(out: string, { id, soft, anatomy }: Rasters): Promise<Checksums> {
  const files = slideFiles(id);
  const of = (name: 'image' | 'mask' | 'soft' | 'anatomy'): Promise<string> => fileChecksum(join(out, files[name]));
  return {
    image: await of('image'),
    mask: await of('mask'),
    ...(soft === true ? { soft: await of('soft') } : {}),
    ...(anatomy === undefined ? {} : { anatomy: await of('anatomy') }),
  };
}

/**
 * The record of an earlier run, if the digest fits and all rasters are as they were written.
 * @param onDamage told of rasters that are not
 */
export async function reusableRecord(
  id: string,
  { digest }: SlideInputs,
  out: string,
  onDamage: (id: string) => void,
): Promise<PreparedSlide | undefined> {
  const record = await readRecord(join(out, slideFiles(id).record));
  if (record === undefined || record.digest !== digest || record.checksums === undefined) return undefined;
  const found = await checksumsOf(out, record).catch((error: unknown) => {
    if (error instanceof FtuError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const { image, mask, soft, anatomy } = record.checksums;
  if (found.image === image && found.mask === mask && found.soft === soft && found.anatomy === anatomy) return record;
  onDamage(id);
  return undefined;
}

/** No data set needs slides that are enlarged into more pixels. */
const MAX_PIXELS = 1e9;

/**
 * Size of the slide at the working resolution. Pixels that are not square become square where micrometres are asked for; by a factor they
 * keep their shape.
 */
function workingSize(
  row: SlideRow,
  slide: Slide,
  { micronsPerPixel, downsample = 1 }: Resolution,
  squareOnly: string | undefined,
): WorkingSize {
  const fail = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: row.id, hint });
  };
  const native = pixelScaleOf(row, slide);
  requirePlausible(native, row.id, 'give the right one in column "mpp" of the slide table');
  const sides = (factor: number, across = factor, down = factor): WorkingSize => {
    const size = { width: Math.round(slide.width / across), height: Math.round(slide.height / down) };
    const [from, to] = [slide, size].map(({ width, height }) => `${width} x ${height}`);
    const hint = 'check column "mpp", `--microns-per-pixel` or `--downsample`';
    if (leavesNothing(slide, size)) {
      fail(`${from} pixels would leave ${to}, which is nothing to learn from`, hint);
    }
    if (factor < 1 && size.width * size.height > MAX_PIXELS) fail(`${from} pixels would be enlarged to ${to}`, hint);
    return { width: Math.max(1, size.width), height: Math.max(1, size.height), downsample: factor };
  };
  if (micronsPerPixel === undefined) return sides(downsample);
  if (native === undefined) {
    return fail(
      'the scale of the slide is unknown',
      'give it in column "mpp", or prepare by `--downsample` instead of `--microns-per-pixel`',
    );
  }
  const factor = micronsPerPixel / meanMicrons(native);
  if (factor < 1 / MAX_ENLARGED) {
    fail(
      `at ${describeScale(native)} µm per pixel the slide would be enlarged ${Number((1 / factor).toPrecision(3))} times`,
      'check column "mpp" and `--microns-per-pixel`',
    );
  }
  if (isSquare(native)) return sides(factor);
  if (squareOnly !== undefined) {
    fail(
      `its pixels are not square (${describeScale(native)} µm), and ${squareOnly} needs square ones`,
      'leave that out, or convert the slide to square pixels',
    );
  }
  const { x, y } = pixelSize(native);
  return sides(factor, micronsPerPixel / x, micronsPerPixel / y);
}

export interface SlidePlace {
  readonly out: string;
  readonly resolution: Resolution;
  /** Finds how the colours of a slide change; undefined: they stay as they are. */
  readonly coloursOf: (slide: Slide, id: string) => Promise<SlideColours | undefined>;
  /** What of the data set works on square pixels alone, in words. */
  readonly squareOnly?: string | undefined;
}

/**
 * Makes a slide anew and writes its record last.
 *
 * @param columns kept in the record
 * @param write writes picture and labels at the working size
 * @throws FtuError for a slide that cannot be read or whose scale is unknown; what `write` throws
 */
export async function makeSlide(
  row: SlideRow,
  { inputs, digest }: SlideInputs,
  columns: Readonly<Record<string, string>>,
  { out, resolution, coloursOf, squareOnly }: SlidePlace,
  write: (slide: Slide, size: WorkingSize) => Promise<SlideLabels>,
): Promise<PreparedSlide> {
  const path = join(out, slideFiles(row.id).record);
  // An older record would vouch for rasters of which some are new, if this is interrupted.
  await rm(path, { force: true });
  const slide = await openSlide(row.image);
  try {
    const needsSquare = squareOnly ?? (row.anatomy === undefined ? undefined : 'a map of anatomical regions');
    const { width, height, downsample } = workingSize(row, slide, resolution, needsSquare);
    const colours = await coloursOf(slide, row.id);
    const labels = await write(slide, { width, height, downsample, recolour: colours?.recolour });
    if (labels.unknown === width * height) {
      throw new FtuError(
        'bad-input',
        'nothing of the slide is known: all of it is ignored or outside annotated areas',
        {
          subject: row.id,
          hint: 'draw an annotated area, or leave the slide out with `--where`',
        },
      );
    }
    const anatomy =
      row.anatomy === undefined
        ? undefined
        : await writeAnatomy(
            row.anatomy,
            out,
            { id: row.id, width, height, downsample },
            { ...annotatedRow(row), width: slide.width, height: slide.height },
          );
    const micronsPerPixel = scaleOf(row, slide);
    const warnings = [...(slide.info.warnings ?? []), ...(labels.warnings ?? [])];
    const checksums = await checksumsOf(out, { id: row.id, soft: labels.soft, anatomy });
    // Parsed, so that keys stand in the order in which a record that is taken over has them: an index is the same bytes either way.
    const record = preparedSlideSchema.parse({
      id: row.id,
      ...(micronsPerPixel === undefined ? {} : { micronsPerPixel }),
      width,
      height,
      sourceWidth: slide.width,
      sourceHeight: slide.height,
      downsample,
      ...labels,
      ...(colours?.lacksStain === true ? { ownColours: true } : {}),
      ...(colours?.lacksProfile === true ? { withoutProfile: true } : {}),
      ...(warnings.length > 0 && { warnings }),
      inputs,
      digest,
      columns: { ...columns },
      ...(anatomy === undefined ? {} : { anatomy }),
      checksums,
    } satisfies PreparedSlide);
    await writeFileAtomic(path, `${JSON.stringify(record)}\n`);
    return record;
  } finally {
    await slide.close();
  }
}
