/**
 * What the samples of a page mean: their depth, colours, opacity and palette, from its tags. What cannot be shown as 8-bit
 * colour, or read as numbers where they are labels, is refused here, by name.
 */
import type { Codec, Photometric } from '../../../codecs/codec.js';
import { SlideError } from '../../../slide-error.js';
import type { SampleFormat, TiffPage } from '../page.js';
import { type Directory, damaged, readNumbers, type TiffFile } from './file.js';
import { Tag } from './tags.js';

const PHOTOMETRICS: readonly (Photometric | undefined)[] = [
  'white-is-zero',
  'black-is-zero',
  'rgb',
  'palette',
  undefined,
  'cmyk',
  'ycbcr',
];

/** What the file says elsewhere than in a page's own tags. */
export interface PageOptions {
  readonly content: TiffPage['content'];
  readonly codecs: readonly Codec[];
  /** Of OME-XML. */
  readonly significantBits?: number | undefined;
  /** Aperio's compressions say what JPEG 2000 holds; its photometric tag is wrong. */
  readonly aperio?: boolean | undefined;
}

/** Reads the numbers of a tag; a missing tag without a fallback is damage. */
export type Reader = (tag: number, fallback?: readonly number[]) => Promise<readonly number[]>;

export type PixelFormat = Pick<
  TiffPage,
  'bits' | 'sampleFormat' | 'usedBits' | 'photometric' | 'alpha' | 'palette' | 'blank'
>;

/** Depths that hold labels besides those of pictures. */
const DEPTHS: Readonly<Record<SampleFormat, readonly number[]>> = {
  unsigned: [32, 64],
  signed: [8, 16, 32, 64],
  float: [32, 64],
};

/** @throws {SlideError} `unsupported` for what cannot be shown or read, `bad-input` for what contradicts itself */
export async function pixelFormat(
  file: TiffFile,
  { name, entries }: Directory,
  numbers: Reader,
  samples: number,
  { content, significantBits }: PageOptions,
): Promise<PixelFormat> {
  const refuse = (problem: string, hint: string): SlideError =>
    new SlideError('unsupported', `${name}: ${problem}`, { subject: file.source.name, hint });
  const [bits, ...otherBits] = await numbers(Tag.BitsPerSample, [1]);
  const sampleFormat = formatOf(await numbers(Tag.SampleFormat, [1]));
  if (bits === undefined || otherBits.some((b) => b !== bits)) {
    throw refuse(
      `samples of ${[bits, ...otherBits].join(', ')} bits are not supported`,
      'save it with 8 bits per channel',
    );
  }
  const shown = sampleFormat === 'unsigned' && bits >= 1 && bits <= 16;
  const counted = sampleFormat !== undefined && DEPTHS[sampleFormat].includes(bits);
  if (!(shown || (counted && content === 'labels'))) {
    const what = sampleFormat === undefined ? 'complex' : sampleFormat === 'float' ? 'floating-point' : sampleFormat;
    throw refuse(`${bits}-bit ${what} samples are not supported`, 'save it with 8 unsigned bits per channel');
  }
  if (samples > 3 && !entries.has(Tag.PhotometricInterpretation)) {
    throw refuse(`what its ${samples} samples mean (PhotometricInterpretation) is not said`, 'save it as RGB');
  }
  const code = (await numbers(Tag.PhotometricInterpretation, [samples >= 3 ? 2 : 1]))[0] ?? 1;
  const stated = PHOTOMETRICS[code];
  if (stated === undefined) {
    const what = code === 4 ? 'transparency mask' : code === 8 ? 'CIELab' : `photometric ${code}`;
    throw refuse(`the colour space ${what} is not supported`, 'save it as RGB');
  }
  // Writers of arrays call three channels "black is zero" as well.
  const photometric = stated === 'black-is-zero' && samples >= 3 ? 'rgb' : stated;
  const alpha = await opacityOf(photometric, samples, numbers);
  if (stated === 'black-is-zero' && samples > 3 && !hasOpacity(await numbers(Tag.ExtraSamples, []))) {
    throw refuse(`images of ${samples} channels are not supported`, 'export it as brightfield RGB');
  }
  if (alpha === undefined) {
    throw refuse(`${samples} samples per pixel are not supported (${photometric})`, 'save it as grey or RGB');
  }
  if (photometric === 'cmyk' && (bits < 8 || ((await numbers(Tag.InkSet, [1]))[0] ?? 1) !== 1)) {
    throw refuse('inks other than CMYK of 8 or 16 bits are not supported', 'save it as RGB');
  }
  const palette = photometric === 'palette' ? await paletteOf(file, { name, entries }, bits, refuse) : undefined;
  return {
    bits,
    photometric,
    alpha,
    palette,
    sampleFormat: sampleFormat ?? 'unsigned',
    usedBits: bits > 8 ? await usedBits(numbers, bits, significantBits) : bits,
    blank: content === 'labels' ? 0 : 255,
  };
}

/** undefined for complex numbers, and for channels of different formats */
function formatOf(formats: readonly number[]): SampleFormat | undefined {
  const [first] = formats;
  if (formats.some((format) => format !== first)) return undefined;
  // 4 is "undefined": untyped data, which every reader takes as unsigned.
  return first === 1 || first === 4 ? 'unsigned' : first === 2 ? 'signed' : first === 3 ? 'float' : undefined;
}

const coloursOf = (photometric: Photometric): number =>
  photometric === 'rgb' || photometric === 'ycbcr' ? 3 : photometric === 'cmyk' ? 4 : 1;

/** The last of the samples beside the colours (tag 338) is one. */
const hasOpacity = (extra: readonly number[]): boolean => extra.at(-1) === 1 || extra.at(-1) === 2;

/** What is said of samples that are neither colours nor opacity. */
export function unreadSamples({
  samples,
  photometric,
  alpha,
}: Pick<TiffPage, 'samples' | 'photometric' | 'alpha'>): string[] {
  const colours = coloursOf(photometric);
  const isRead = samples - (alpha === 'none' ? 0 : 1) <= colours;
  return isRead
    ? []
    : [`${samples} samples per pixel, of which the first${colours === 1 ? ' is' : ` ${colours} are`} read`];
}

/** undefined for numbers of samples that have no meaning here */
async function opacityOf(
  photometric: Photometric,
  samples: number,
  numbers: Reader,
): Promise<TiffPage['alpha'] | undefined> {
  const extra = await numbers(Tag.ExtraSamples, []);
  const last = extra.at(-1);
  const colours = coloursOf(photometric);
  if (samples === colours) return 'none';
  if (samples !== colours + 1 || photometric === 'cmyk') return undefined;
  if (last === 1) return 'associated';
  if (last === 2) return 'unassociated';
  // Some writers leave tag 338 out of four-sample RGB; the fourth is then an opacity by custom.
  if (last === undefined && colours === 3) return 'unassociated';
  return last === 0 || last === undefined ? 'none' : undefined;
}

async function paletteOf(
  file: TiffFile,
  { name, entries }: Pick<Directory, 'name' | 'entries'>,
  bits: number,
  refuse: (problem: string, hint: string) => SlideError,
): Promise<Uint8Array> {
  if (bits > 8) throw refuse(`palettes of ${bits}-bit indices are not supported`, 'save it as RGB');
  const map = entries.get(Tag.ColorMap);
  const values = map === undefined ? [] : await readNumbers(file, map, name, { limit: 3 << 16 });
  if (values.length !== 3 * 2 ** bits) {
    throw damaged(file, name, `its palette has ${values.length} entries, not ${3 * 2 ** bits}`);
  }
  // Some writers fill the 16-bit entries with 8-bit values; read as they should be, these were black.
  const eight = values.every((value) => value < 256);
  return Uint8Array.from(values, (value) => (eight ? value : value >> 8));
}

/**
 * The bits that the largest stated sample needs: MaxSampleValue (281) and SMaxSampleValue (341) say it of 12-bit cameras. A stated maximum that
 * needs fewer than 8 bits is one of the picture's own pixels, and says nothing about the depth.
 */
async function usedBits(numbers: Reader, bits: number, significantBits = bits): Promise<number> {
  if (significantBits >= 8 && significantBits < bits) return significantBits;
  const stated = [...(await numbers(Tag.MaxSampleValue, [])), ...(await numbers(Tag.SMaxSampleValue, []))];
  const largest = Math.max(0, ...stated.filter((value) => Number.isFinite(value)));
  const needed = Math.ceil(Math.log2(largest + 1));
  return needed >= 8 && needed < bits ? needed : bits;
}
