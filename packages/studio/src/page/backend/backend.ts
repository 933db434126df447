/** Everything that the page asks for. One implementation speaks to the server; another may read files in the browser. */
import type { EditTransport } from '../../edits/transport.js';
import type { SlideMeasures } from '../../measures/answers.js';
import type { Disagreement } from '../../protocol/disagreements.js';
import type { ObjectMeasures } from '../../protocol/objects.js';
import type { MapLayer, SlideDetail, SlideSummary, StudioSession, TileColours } from '../../protocol/slides.js';
import type { MapSource, OutlineSource } from '../overlay/overlay.js';

/** Why a request failed, in one sentence that the page shows. */
export class BackendError extends Error {
  override readonly name = 'BackendError';

  constructor(
    message: string,
    /** `unreachable`: nobody answered; `refused`: the answer was no; `signed-out`: the token is not or no longer good. */
    readonly kind: 'unreachable' | 'refused' | 'signed-out',
    /** HTTP status; 0: none. */
    readonly status = 0,
  ) {
    super(message);
  }
}

/** A file of the server about the open slide. */
export interface Download {
  readonly label: string;
  readonly address: string;
  /** Of the file's name, with its dot. */
  readonly ending: string;
}

/** Something that can be taken along. */
export interface ExportChoice {
  readonly label: string;
  /** `slide`: of the open slide; `all`: of every slide. */
  readonly of: 'slide' | 'all';
  /** @returns what was written and where, as a sentence */
  readonly write: (slide: string) => Promise<string>;
}

export interface Backend {
  readonly session: () => Promise<StudioSession>;
  readonly slides: () => Promise<readonly SlideSummary[]>;
  readonly slide: (slide: string) => Promise<SlideDetail>;
  /** An address for an `img`. */
  readonly thumbnail: (slide: string) => string;
  /** An address for an `img`: the prediction's own picture of the slide with its outlines; it may be missing. */
  readonly overlayPicture: (slide: string) => string;
  /** A Deep Zoom tile's address; the highest level is the slide's level 0. */
  readonly tile: (slide: string, level: number, x: number, y: number, colours: TileColours) => string;
  /** The tile itself, where the page decodes slides; then nobody asks for its address. */
  readonly tilePixels?: (
    slide: string,
    level: number,
    x: number,
    y: number,
    colours: TileColours,
    signal: AbortSignal,
  ) => Promise<ImageBitmap>;
  readonly outlines: (slide: string, layer: string) => OutlineSource;
  readonly map: (slide: string, map: MapLayer) => MapSource;
  /** @throws {BackendError} such as for an object that was deleted */
  readonly measures: (slide: string, object: string) => Promise<ObjectMeasures>;
  /** Counts, density and areas of all objects, corrections included. */
  readonly slideMeasures: (slide: string) => Promise<SlideMeasures>;
  readonly edits: (slide: string) => EditTransport;
  /** With a prediction that was run anew under the corrections. */
  readonly disagreements: (slide: string) => Promise<readonly Disagreement[]>;
  /** Addresses to download from; none: `exports` have it all. */
  readonly downloads: (slide: string) => readonly Download[];
  readonly exports: readonly ExportChoice[];
}
