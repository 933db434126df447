/** What every slide is to the rest of the house, whichever file it came from. */
import type { PixelSize, Raster, Rect } from '@ftuseg/core';

export interface SlideLevel {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per pixel of this level. */
  readonly downsample: number;
}

export interface SlideRegion {
  /** Left edge in level-0 pixels. */
  readonly x: number;
  /** Top edge in level-0 pixels. */
  readonly y: number;
  /** Level-0 pixels, whatever the downsample. */
  readonly width: number;
  /** Level-0 pixels, whatever the downsample. */
  readonly height: number;
  /** At least 1: the result has round(width / downsample) x round(height / downsample) pixels, and at least one. */
  readonly downsample: number;
}

/** How a level lies in its file, for people to look at. */
export interface LevelInfo extends SlideLevel {
  /** Size of the tiles, or of the strips (then as wide as the level), pixels. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly blocks: 'tiles' | 'strips' | 'whole';
  /** Such as `JPEG`, `LZW`, `none`. */
  readonly compression: string;
}

/** Of the samples as they are stored; palettes and YCbCr are RGB. */
export type PixelColours = 'grey' | 'RGB' | 'CMYK';

export interface SlideInfo {
  /** Such as `Aperio SVS`, `OME-TIFF`, `BigTIFF pyramid`, `planar TIFF`, `PNG`. */
  readonly format: string;
  readonly levels: readonly LevelInfo[];
  /** Where `micronsPerPixel` was read, such as `Aperio description`, `OME-XML`, `resolution tags`; undefined if unknown. */
  readonly micronsPerPixelFrom: string | undefined;
  /** Why a scale that the file seems to state is not taken, such as `72 dpi is a resolution for printing`. */
  readonly scaleNote?: string | undefined;
  /** Magnification of the objective, such as 20, where the file says it. */
  readonly objectivePower?: number | undefined;
  /** What the file holds beside what is read, in clauses: `5 focal planes, of which the first is read`. */
  readonly notes?: readonly string[] | undefined;
  /** What a person must read before using the slide, in clauses: its finest level is missing. */
  readonly warnings?: readonly string[] | undefined;
  /** Samples as they are stored, such as `8-bit RGB`, `16-bit grey`. */
  readonly pixels: string;
  /** Which ICC profiles are for it; undefined where nobody says. */
  readonly colours?: PixelColours | undefined;
  /** Names of pictures that are no level: `thumbnail`, `label`, `macro`. */
  readonly associated: readonly string[];
  /** Pixels of those whose size is known without reading them. */
  readonly associatedSizes?: Readonly<Record<string, { readonly width: number; readonly height: number }>> | undefined;
}

/** Of the tiles or strips of a level. */
export interface StoredBlocks {
  readonly stored: number;
  /** All that its size needs. */
  readonly blocks: number;
}

/** A band of the whole slide at another size, or a window of such a band. */
export interface SlideRows {
  /** The whole slide's size after resampling, pixels; no more than its own. */
  readonly width: number;
  readonly height: number;
  /** The band, in rows of the resampled slide. */
  readonly top: number;
  readonly rows: number;
  /** The window's first column and its width, in pixels of the resampled slide; the whole width if unset. */
  readonly left?: number | undefined;
  readonly columns?: number | undefined;
}

/** A tile of a level's own grid, such as `info.levels` describes it. */
export interface SlideTile {
  /** Index in `levels`. */
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** What the components of a coded tile are. */
export type CodedColours = 'rgb' | 'ycbcr' | 'grey';

/** A tile as the file has it, not decoded. */
export interface Jpeg2000Tile {
  /** A codestream, or one in the boxes of a .jp2 file, of 8 bits per component. */
  readonly data: Uint8Array;
  /** What its components are once the codestream's own transform is undone. */
  readonly colours: CodedColours;
}

/** Name to text, such as `aperio.AppMag` to `20`. */
export type SlideProperties = Readonly<Record<string, string>>;

export interface Slide {
  /** Level-0 pixels. */
  readonly width: number;
  readonly height: number;
  /** Undefined: unknown, never guessed. Where pixels are not square, the side of a square of the same area. */
  readonly micronsPerPixel: number | undefined;
  /** Micrometres per pixel across and down, where they differ. */
  readonly pixelSize?: PixelSize | undefined;
  /**
   * The box around what was scanned, level-0 pixels, where the slide is a larger canvas: OpenSlide's `openslide.bounds-*`. Undefined: all of it. Everything
   * here counts from the corner of the canvas; QuPath opens such a slide cropped to its bounds, and counts from theirs.
   */
  readonly bounds?: Rect | undefined;
  readonly levels: readonly SlideLevel[];
  readonly info: SlideInfo;
  /**
   * RGB, row-major, interleaved; averaged over area where downsampled. At the downsample of a level its own pixels come back,
   * from the one nearest to the region's corner. The region must lie inside the slide.
   */
  readRegion(region: SlideRegion, options?: { readonly signal?: AbortSignal | undefined }): Promise<Raster>;
  /**
   * RGB of some rows (and columns) of the whole slide, averaged over area to another size: what `readRegion` gives for the whole
   * slide, in bands that fit in memory. A size that is a level's gives that level's own pixels.
   */
  readRows(rows: SlideRows, options?: { readonly signal?: AbortSignal | undefined }): Promise<Raster>;
  /**
   * A tile as the file has it, not decoded: a JPEG of `blockWidth` x `blockHeight` pixels, also at the edges, that decoders show with the pixels
   * that `readRegion` gives. Undefined for a tile that is no such JPEG; absent where no tile of the format is.
   * @throws {SlideError} `bad-input` for a level or a place that the slide does not have
   */
  readJpegTile?(
    tile: SlideTile,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Uint8Array | undefined>;
  /**
   * The same for tiles of JPEG 2000. Undefined for a tile that is none; absent where no tile of the format is.
   * @throws {SlideError} `bad-input` for a level or a place that the slide does not have
   */
  readJpeg2000Tile?(
    tile: SlideTile,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Jpeg2000Tile | undefined>;
  /**
   * RGB of a picture named in `info.associated`, in its own size.
   * @throws {SlideError} `bad-input` for a name that the slide does not have
   */
  readAssociated(name: string): Promise<Raster>;
  /**
   * The ICC profile of its pixels as the file has it, not applied to what is read; undefined where the file has none, absent where no file of the format can.
   * @throws {SlideError} `bad-input` for one larger than 16 MB
   */
  readIccProfile?(): Promise<Uint8Array | undefined>;
  /**
   * What the scanner wrote of the slide, by the names that OpenSlide has for it, or the maker's own words behind a prefix where OpenSlide does not read the
   * format. It may hold the name of a patient, of a person or of a file: show it to nobody who has not asked. Read when it is asked for; at most 8192
   * properties of 32,768 letters each and a million letters in all, and `ftuseg.cut` says what is left out. Absent for slides that are no file.
   * @throws {SlideError} `bad-input` for metadata that are damaged
   * @example
   * const { 'aperio.ScanScope ID': scanner } = (await slide.readProperties?.()) ?? {};
   */
  readProperties?(options?: { readonly signal?: AbortSignal | undefined }): Promise<SlideProperties>;
  /**
   * How many tiles or strips of each level the file has; the others are white. Reads the tables of all of them. Absent where nothing says it.
   */
  countStored?(): Promise<readonly StoredBlocks[]>;
  /** Frees what is held. Reading after it is an error. */
  close(): Promise<void>;
}
