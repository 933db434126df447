/**
 * Which levels a converted slide has, and which of them are tiles of the slide as they lie in its file. Taking them over costs neither time nor quality.
 */
import { FtuError } from '@ftuseg/core';
import { codestreamOf, codingStyleOf } from '../codecs/jpeg-2000/codestream.js';
import type { LevelInfo, Slide, SlideTile } from '../slide.js';
import { chromaOf, formOfJpeg, type TileForm } from './tile-form.js';

/** Size of a level and of its tiles, pixels. */
export type LevelGrid = Pick<LevelInfo, 'width' | 'height' | 'blockWidth' | 'blockHeight'>;

export interface LevelOptions {
  /**
   * Of tiles that are not taken over. `keep` takes over all tiles, JPEG or JPEG 2000, and refuses a slide where that cannot be; `jpeg` takes over those that are usual in the format;
   * `deflate` keeps every pixel.
   */
  readonly compression: 'jpeg' | 'deflate' | 'keep';
  /** Of JPEG, 1 to 100; set, all tiles are compressed anew. */
  readonly quality?: number | undefined;
  /** Side of tiles, a multiple of 16; set, tiles of another size are compressed anew. */
  readonly tileSize?: number | undefined;
  /** How many levels there are at most, the slide itself among them. */
  readonly levels?: number | undefined;
  /** Each level is this many times smaller than the one above; unset, the slide's own levels are taken where its tiles are. */
  readonly factor?: 2 | 4 | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the format that is written can hold. */
export interface FormatLimits {
  /** For messages. */
  readonly name: string;
  /** Sides of tiles are multiples of it. */
  readonly tileStep: number;
  readonly codecs: readonly TileForm['codec'][];
  /** Of these, tiles that are taken over without `keep`: those that every reader of the format knows. */
  readonly usual: readonly TileForm['codec'][];
  /** Why tiles of a form cannot be written; undefined: they can. */
  readonly refuse?: ((form: TileForm) => string | undefined) | undefined;
}

export interface PlannedLevel extends LevelGrid {
  readonly form: TileForm;
  /**
   * `copied`: tiles of the slide's level `level`, as they are. `read`: pixels of the slide at this size. `halved`: averages of the level above, whose
   * sides are halved `times` times.
   */
  readonly from:
    | { readonly kind: 'copied'; readonly level: number }
    | { readonly kind: 'read' }
    | { readonly kind: 'halved'; readonly times: number };
}

const USUAL_TILE = 256;
/** Of JPEGs that are compressed here, where nobody says another. */
export const USUAL_QUALITY = 85;
/** Up to this size the last level of a slide is small enough. */
const SMALL = 4096;
/** Tiles that are looked at for the form of a level, whose first ones may never have been written. */
const PROBES = 64;

/** The form of tiles that are compressed here. */
function encodedForm({ compression, quality = USUAL_QUALITY }: LevelOptions): TileForm {
  if (compression === 'deflate') return { codec: 'deflate', colours: 'rgb', subsampling: [1, 1] };
  return { codec: 'jpeg', colours: 'ycbcr', subsampling: chromaOf(quality) };
}

/** A tile as it lies in the file, with its form. */
export async function readCodedTile(
  slide: Slide,
  tile: SlideTile,
  signal: AbortSignal | undefined,
): Promise<{ readonly data: Uint8Array; readonly form: TileForm } | undefined> {
  const jpeg = await slide.readJpegTile?.(tile, { signal });
  const form = jpeg === undefined ? undefined : formOfJpeg(jpeg);
  if (jpeg !== undefined && form !== undefined) return { data: jpeg, form };
  const coded = await slide.readJpeg2000Tile?.(tile, { signal });
  if (coded === undefined) return undefined;
  const style = codingStyleOf(codestreamOf(coded.data));
  return { data: coded.data, form: { codec: 'jpeg-2000', colours: coded.colours, subsampling: [1, 1], style } };
}

/** The form of a level's tiles, by the first of some that was written. */
async function formOfLevel(slide: Slide, level: number, options: LevelOptions): Promise<TileForm | undefined> {
  const { width, height, blockWidth, blockHeight, blocks } = slide.info.levels[level] as LevelInfo;
  if (blocks !== 'tiles') return undefined;
  const across = Math.ceil(width / blockWidth);
  const count = across * Math.ceil(height / blockHeight);
  const probes = Math.min(PROBES, count);
  for (let i = 0; i < probes; i++) {
    const tile = Math.floor((i * count) / probes);
    const coded = await readCodedTile(
      slide,
      { level, column: tile % across, row: Math.floor(tile / across) },
      options.signal,
    );
    if (coded !== undefined) return coded.form;
  }
  return undefined;
}

/** Why tiles of a level are not taken over, or what their form is. */
async function formTaken(
  slide: Slide,
  level: number,
  options: LevelOptions,
  { name, tileStep, codecs, refuse }: FormatLimits,
): Promise<TileForm | string> {
  const { blockWidth, blockHeight, compression } = slide.info.levels[level] as LevelInfo;
  const { tileSize } = options;
  if (tileSize !== undefined && (blockWidth !== tileSize || blockHeight !== tileSize)) {
    return `its tiles have ${blockWidth} x ${blockHeight} pixels, not ${tileSize}`;
  }
  if (blockWidth % tileStep !== 0 || blockHeight % tileStep !== 0) {
    return `its tiles have ${blockWidth} x ${blockHeight} pixels, and ${name} needs multiples of ${tileStep}`;
  }
  const form = await formOfLevel(slide, level, options);
  if (form === undefined) return `its pixels are no tiles of JPEG or JPEG 2000 (${compression})`;
  return codecs.includes(form.codec) ? (refuse?.(form) ?? form) : `tiles of ${form.codec} are not written into ${name}`;
}

/**
 * @param unfit levels of the slide whose tiles turned out not to be of one form
 * @throws FtuError `bad-input` where `keep` cannot be
 */
export async function planLevels(
  slide: Slide,
  options: LevelOptions,
  limits: FormatLimits,
  unfit: ReadonlyMap<number, string> = new Map(),
): Promise<PlannedLevel[]> {
  const { compression, quality, levels: most = Number.POSITIVE_INFINITY } = options;
  const copied = new Map<number, TileForm>();
  const isTaken = ({ codec }: TileForm): boolean => limits.usual.includes(codec) || compression === 'keep';
  if (compression !== 'deflate' && quality === undefined) {
    for (const [level, { width }] of slide.info.levels.entries()) {
      const form = unfit.get(level) ?? (await formTaken(slide, level, options, limits));
      if (typeof form === 'object' && isTaken(form)) copied.set(level, form);
      else if (compression === 'keep') {
        const why = typeof form === 'string' ? form : '';
        const problem = `the level of ${width} pixels across cannot be taken over as it is: ${why}`;
        throw new FtuError('bad-input', problem, { hint: 'leave --compression keep out, or use deflate' });
      }
      if (level + 1 >= most) break;
    }
  }
  const isOwn =
    compression === 'keep' || (options.factor === undefined && copied.has(0) && slide.info.levels.length > 1);
  const planned = isOwn ? ownLevels(slide, copied, options) : halvedLevels(slide, copied, options);
  return planned.slice(0, most);
}

/** Levels of the slide, and smaller ones where its last is large. */
function ownLevels(slide: Slide, copied: ReadonlyMap<number, TileForm>, options: LevelOptions): PlannedLevel[] {
  const planned = slide.info.levels.map((_, level) => ownLevel(slide, level, copied, options));
  const isLarge = planned.some(({ width, height }, i) => i === planned.length - 1 && Math.max(width, height) > SMALL);
  return options.compression === 'keep' || !isLarge ? planned : withHalves(slide, planned, copied, options);
}

/** Each level smaller than the one above by the factor, down to the first that fits one tile; those that the slide has are taken over. */
const halvedLevels = (slide: Slide, copied: ReadonlyMap<number, TileForm>, options: LevelOptions): PlannedLevel[] =>
  withHalves(slide, [ownLevel(slide, 0, copied, options)], copied, options);

function withHalves(
  slide: Slide,
  above: readonly PlannedLevel[],
  copied: ReadonlyMap<number, TileForm>,
  options: LevelOptions,
): PlannedLevel[] {
  const planned = [...above];
  const { tileSize = USUAL_TILE, factor = 2 } = options;
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1;
  for (let last = planned.at(-1); last !== undefined && (last.width > tileSize || last.height > tileSize); ) {
    let { width, height } = last;
    const times = factor === 4 ? 2 : 1;
    for (let i = 0; i < times; i++) [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    const own = slide.info.levels.findIndex(
      (level, number) => number > 0 && copied.has(number) && near(level.width, width) && near(level.height, height),
    );
    const halved = { width, height, ...encodedLevel(copied, options), from: { kind: 'halved', times } } as const;
    last = own < 0 ? halved : ownLevel(slide, own, copied, options);
    planned.push(last);
  }
  return planned;
}

/** A level of the slide: its tiles where they are taken over, else its pixels. */
function ownLevel(
  { info }: Slide,
  level: number,
  copied: ReadonlyMap<number, TileForm>,
  options: LevelOptions,
): PlannedLevel {
  const { width, height, blockWidth, blockHeight } = info.levels[level] as LevelInfo;
  const form = copied.get(level);
  return form === undefined
    ? { width, height, ...encodedLevel(copied, options), from: { kind: 'read' } }
    : { width, height, blockWidth, blockHeight, form, from: { kind: 'copied', level } };
}

/** Tiles that are compressed here. Readers want all levels of a slide in grey where one is. */
function encodedLevel(
  copied: ReadonlyMap<number, TileForm>,
  options: LevelOptions,
): Pick<PlannedLevel, 'blockWidth' | 'blockHeight' | 'form'> {
  const { tileSize = USUAL_TILE } = options;
  const isGrey = [...copied.values()].some(({ colours }) => colours === 'grey');
  const form = encodedForm(options);
  return {
    blockWidth: tileSize,
    blockHeight: tileSize,
    form: isGrey ? { ...form, colours: 'grey', subsampling: [1, 1] } : form,
  };
}
