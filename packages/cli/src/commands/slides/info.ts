/** `ftu info`: what a slide file is, before anything is done with it. */
import { describeScale, isPlausible, plausibilityQuestion, visibleLine } from '@ftuseg/core';
import {
  type LevelInfo,
  openSlide,
  type ProfileFacts,
  profileFacts,
  type Slide,
  SlideError,
  type SlideProperties,
  type StoredBlocks,
  writePng,
} from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { file, outputFile } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { checkView, colourView, viewFields, viewNames } from './colour-view.js';
import { warnOf } from './slide-warnings.js';

/** Longest side of a thumbnail, pixels. */
const THUMBNAIL_SIDE = 1024;
/** Letters of a property's value in the table; JSON has all of it. */
const MAX_SHOWN = 200;

export const info = defineCommand({
  name: 'info',
  schema: z.object({
    slide: file('slide to look at: a file, a folder, or an address, also of a series on a DICOMweb server').meta({
      placeholder: 'SLIDE',
    }),
    thumbnail: outputFile('also write a small picture of the slide, PNG').optional(),
    properties: z
      .boolean()
      .default(false)
      .describe('also show what the scanner wrote into the file; it may name the patient, people and files'),
    ...viewFields,
  }),
  positionals: ['slide'],
  groups: { Inputs: ['slide'], Outputs: ['thumbnail', 'properties'], 'Colours of the picture': viewNames },
  result: {
    width: 'pixels across',
    height: 'pixels down',
    bounds: 'what was scanned, in pixels of the slide, where it is a larger canvas',
    micronsPerPixel: 'micrometres per pixel, null where the file does not say',
    pixelSize: 'micrometres across and down, where pixels are not square',
    question: 'what makes the scale doubtful',
    format: 'format of the file',
    pixels: 'kind of pixels',
    colours: 'grey, RGB or CMYK, as they are stored',
    levels: 'size, downsample and compression of each level',
    stored: 'tiles or strips of each level that the file has, and that its size needs',
    associated: 'names of the pictures that come along',
    associatedSizes: 'their sizes in pixels, where they are known without reading them',
    micronsPerPixelFrom: 'where the scale stands in the file',
    scaleNote: 'why there is no scale',
    objectivePower: 'magnification of the objective, where the file says it',
    iccProfile: 'description, bytes, version and colour space of the ICC profile, or what is wrong with it',
    properties: 'with --properties: what the scanner wrote, by name; it may name the patient',
    notes: 'what the file holds beside what is read',
    warnings: 'what must be read before the slide is used, such as that its finest level is missing',
  },
  examples: [
    'ftu info scan.svs',
    'ftu info scan.tif --thumbnail scan.png',
    'ftu info scan.svs --properties',
    'ftu info https://pacs.example.org/dicom-web/studies/1.2.3/series/1.2.4',
    'ftu info scan.svs --thumbnail scan.png --icc srgb',
  ],
  async run({ icc, stainNormalisation, stainTarget, ...options }, context) {
    const view = { icc, stainNormalisation, stainTarget };
    checkView(view);
    if (options.thumbnail === undefined && Object.values(view).some((value) => value !== undefined)) {
      throw new UsageError('--icc and --stain-normalisation are for the picture of --thumbnail');
    }
    const slide = await openSlide(options.slide);
    try {
      if (options.thumbnail !== undefined) {
        const shown = await colourView(slide, view, options.slide, context);
        await writeThumbnail(shown, options.thumbnail, context.signal);
      }
      const profile = await profileOf(slide, options.slide);
      const properties = options.properties ? await slide.readProperties?.({ signal: context.signal }) : undefined;
      const stored = await slide.countStored?.();
      context.print(describe(slide, profile, stored));
      if (properties !== undefined) context.print(describeProperties(properties));
      warnOf(slide, context);
      const counts = stored === undefined ? {} : { stored };
      return { ...asJson(slide, profile), ...counts, ...(properties === undefined ? {} : { properties }) };
    } finally {
      await slide.close();
    }
  },
});

async function writeThumbnail(slide: Slide, path: string, signal: AbortSignal): Promise<void> {
  const { width, height } = slide;
  const downsample = Math.max(1, Math.max(width, height) / THUMBNAIL_SIDE);
  await writePng(path, await slide.readRegion({ x: 0, y: 0, width, height, downsample }, { signal }));
}

/** A damaged profile is a fact about the slide too. */
type Profile = ProfileFacts | { readonly problem: string };

const profileOf = (slide: Slide, subject: string): Promise<Profile | undefined> =>
  profileFacts(slide, subject).catch((error: unknown) => {
    if (error instanceof SlideError && error.code === 'bad-input') return { problem: error.problem };
    throw error;
  });

function describeProfile(profile: Profile): string {
  if (!('bytes' in profile)) return profile.problem;
  const { description, bytes, version, colourSpace, problem } = profile;
  const use = problem === undefined ? 'applied with --icc srgb' : `not applied: ${problem}`;
  const size = bytes < 1000 ? `${bytes} bytes` : `${Number((bytes / 1000).toPrecision(3))} kB`;
  return `${description || 'without a name'}, ${size}, version ${version}, for ${colourSpace}; ${use}`;
}

function asJson(slide: Slide, profile: Profile | undefined): object {
  const { width, height, bounds, micronsPerPixel, pixelSize, info } = slide;
  const question = scaleQuestion(slide);
  return {
    width,
    height,
    ...(bounds === undefined ? {} : { bounds }),
    micronsPerPixel: micronsPerPixel ?? null,
    ...(pixelSize === undefined ? {} : { pixelSize }),
    ...(question === undefined ? {} : { question }),
    ...info,
    ...(profile === undefined ? {} : { iccProfile: profile }),
  };
}

function describeProperties(properties: SlideProperties): string {
  const lines = Object.entries(properties).map(([name, value]) => {
    const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}... (${value.length} letters)` : value;
    return `property              ${visibleLine(`${name} = ${shown}`)}`;
  });
  return lines.length === 0 ? 'properties            none' : lines.join('\n');
}

/** What makes the scale doubtful. */
function scaleQuestion({ micronsPerPixel, pixelSize }: Slide): string | undefined {
  const scale = pixelSize ?? micronsPerPixel;
  return scale === undefined || isPlausible(scale) ? undefined : plausibilityQuestion(scale);
}

function describeMicrons(slide: Slide): string {
  const { micronsPerPixel, pixelSize, info } = slide;
  const { micronsPerPixelFrom, scaleNote } = info;
  if (micronsPerPixel === undefined) return `unknown${scaleNote === undefined ? '' : ` (${scaleNote})`}`;
  const question = scaleQuestion(slide);
  const doubt =
    question === undefined
      ? ''
      : `; implausible: ${question}. Give the right one with --microns-per-pixel or in column "mpp"`;
  const size =
    pixelSize === undefined
      ? micronsPerPixel.toPrecision(4)
      : `${describeScale(pixelSize)} across and down, not square; ${micronsPerPixel.toPrecision(4)} as a square`;
  return `${size} (${micronsPerPixelFrom})${doubt}`;
}

/** What is in the file of a level that is not all there. */
function describeStored(counts: StoredBlocks | undefined, { blocks }: LevelInfo): string {
  if (counts === undefined || counts.stored === counts.blocks) return '';
  return `, ${counts.stored} of ${counts.blocks} ${blocks} stored, the others are white`;
}

function describeAssociated({ associated, associatedSizes = {} }: Slide['info']): string {
  const shown = associated.map((name) => {
    const size = associatedSizes[name];
    return size === undefined ? name : `${name} (${size.width} x ${size.height})`;
  });
  return shown.join(', ') || 'none';
}

function describe(slide: Slide, profile: Profile | undefined, stored: readonly StoredBlocks[] = []): string {
  const { width, height, bounds, info } = slide;
  const { format, pixels, levels, objectivePower, notes = [] } = info;
  const lines = [
    `format                ${format}`,
    `size                  ${width} x ${height} pixels, ${pixels}`,
    ...(bounds === undefined
      ? []
      : [
          `scanned               ${bounds.width} x ${bounds.height} pixels from (${bounds.x}, ${bounds.y}) on, where QuPath counts from`,
        ]),
    `micrometres per pixel ${describeMicrons(slide)}`,
    ...(objectivePower === undefined ? [] : [`objective             ${objectivePower} x`]),
    ...levels.map(
      (level, i) =>
        `level ${i}               ${level.width} x ${level.height}, 1/${level.downsample.toFixed(level.downsample % 1 === 0 ? 0 : 2)}, ` +
        `${level.blocks} of ${level.blockWidth} x ${level.blockHeight}, compression ${level.compression}` +
        describeStored(stored[i], level),
    ),
    ...(profile === undefined ? [] : [`ICC profile           ${describeProfile(profile)}`]),
    `associated pictures   ${describeAssociated(info)}`,
    ...notes.map((note) => `note                  ${note}`),
  ];
  return lines.join('\n');
}
