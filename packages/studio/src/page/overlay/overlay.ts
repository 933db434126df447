/** What the viewer asks of the overlay: outlines, coverage and maps over the slide, drawn with WebGL2. */
import type { FlatPolygon } from '../../protocol/objects.js';
import type { Point, Sketch } from '../tools/tool.js';

/** Level-0 pixels to device pixels of the canvas: (a x + c y + e, b x + d y + f). Rotation and mirroring are in it. */
export interface Camera {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Outlines, wherever they come from: the server, a file, memory. The buffers' layout is in `outlines/`. */
export interface OutlineSource {
  readonly index: () => Promise<ArrayBuffer>;
  readonly chunk: (chunk: number, signal: AbortSignal) => Promise<ArrayBuffer>;
  readonly coverage: (level: number, x: number, y: number, signal: AbortSignal) => Promise<ArrayBuffer>;
}

export interface MapSource {
  /** Pixels of level 0 of its pyramid; every further level has half as many, rounded up. */
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /** 256 x 256 octets. */
  readonly tile: (level: number, x: number, y: number, signal: AbortSignal) => Promise<ArrayBuffer>;
}

export interface OutlineStyle {
  readonly visible: boolean;
  /** 0 to 1. */
  readonly opacity: number;
  readonly filled: boolean;
  /** Device pixels. */
  readonly lineWidth: number;
  /** By class name; 0 to 255. */
  readonly colours: Readonly<Record<string, readonly [number, number, number]>>;
  readonly dashed: boolean;
  /** Columns of the canvas, device pixels, left and right of which nothing is drawn: for the swipe. */
  readonly clip?: { readonly from: number; readonly to: number } | undefined;
}

export interface MapStyle {
  readonly visible: boolean;
  readonly opacity: number;
  /** 0 to 1: below it the map is transparent. Only a uniform: a slider acts at once. */
  readonly threshold: number;
  readonly colour: readonly [number, number, number];
}

/** The layer's name of what `setEdited` gave. */
export const EDITED_LAYER = 'edited';

export interface Picked {
  readonly layer: string;
  readonly id: string;
}

export interface OverlayStatistics {
  readonly vertices: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Requests under way or waiting; 0: the picture is complete. */
  readonly pending: number;
  /** Why something could not be loaded, as a sentence; it is asked for again. */
  readonly problem: string | undefined;
}

export interface Overlay {
  readonly setOutlines: (layer: string, source: OutlineSource | undefined) => void;
  readonly styleOutlines: (layer: string, style: OutlineStyle) => void;
  /** Objects of a layer that are not drawn because an edit replaced them. */
  readonly hide: (layer: string, ids: ReadonlySet<string>) => void;
  /** Objects that edits made or changed: a few thousand at most, drawn from memory. */
  readonly setEdited: (
    objects: readonly { readonly id: string; readonly class: string; readonly polygons: readonly FlatPolygon[] }[],
    style: OutlineStyle,
  ) => void;
  /** @param slide level-0 pixels that the map covers: all of the slide */
  readonly setMap: (
    map: string,
    source: MapSource | undefined,
    slide: { readonly width: number; readonly height: number },
  ) => void;
  readonly styleMap: (map: string, style: MapStyle) => void;
  readonly setSelection: (ids: ReadonlySet<string>) => void;
  readonly setSketch: (sketch: Sketch | undefined) => void;
  /** Draws now; what is not loaded yet is asked for. */
  readonly draw: (camera: Camera, width: number, height: number) => OverlayStatistics;
  /**
   * The smallest object of the topmost visible layer that has one there.
   * @param layers only these; default: all
   */
  readonly pick: (point: Point, layers?: ReadonlySet<string>) => Picked | undefined;
  /** An object's polygons, exact; asks for its chunk if it is not there. */
  readonly polygonsOf: (layer: string, id: string) => Promise<readonly FlatPolygon[] | undefined>;
  /** Called where drawing would show something else than before: after whatever was set, and when what was asked for is there. */
  readonly onChange: (listener: () => void) => void;
  readonly close: () => void;
}
