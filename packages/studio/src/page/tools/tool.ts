/** What every drawing tool is to the viewer. A tool never touches the screen or the server: it reads the context and proposes edits. */
import type { Raster, Rect } from '@ftuseg/core';
import type { Change } from '../../protocol/edits.js';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer in level-0 pixels, with what is held down. */
export interface ToolPointer extends Point {
  readonly shift: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  readonly pressure: number;
  readonly clicks: number;
}

/** What a tool draws while it works: polygons and an open line, in level-0 pixels. */
export interface Sketch {
  readonly polygons: readonly FlatPolygon[];
  readonly line?: readonly number[] | undefined;
  /** Corners that can be dragged. */
  readonly handles?: readonly Point[] | undefined;
  /** The brush's outline. */
  readonly circle?: { readonly centre: Point; readonly radius: number } | undefined;
}

export interface ToolContext {
  readonly slide: { readonly width: number; readonly height: number };
  /** Level-0 pixels per screen pixel. */
  readonly pixelsPerScreenPixel: () => number;
  /** The topmost object at a point, corrected state. */
  readonly objectAt: (point: Point) => SlideObject | undefined;
  /** The id of the object that a click means: the smallest there, also where outlines are not read yet or it is a few screen pixels large. */
  readonly idAt: (point: Point) => string | undefined;
  /** Objects that lie wholly within a rectangle of level-0 pixels, however many, whether or not their outlines are read. */
  readonly within: (rect: Rect) => readonly Pick<SlideObject, 'id' | 'class'>[];
  /** Objects whose boxes meet a rectangle of level-0 pixels, corrected state. */
  readonly objectsIn: (rect: Rect) => readonly SlideObject[];
  readonly object: (id: string) => SlideObject | undefined;
  readonly selection: () => ReadonlySet<string>;
  readonly select: (ids: Iterable<string>) => void;
  /** The class of what is drawn anew. */
  readonly activeClass: () => string;
  /** Screen pixels. */
  readonly brushRadius: () => number;
  /** RGB of a rectangle at a downsample, for the wand. */
  readonly pixels: (rect: Rect, downsample: number) => Promise<Raster>;
  /** One step of undo. */
  readonly propose: (label: string, changes: readonly Change[]) => void;
  readonly sketch: (sketch: Sketch | undefined) => void;
  /** A sentence for the status line, such as why nothing was drawn. */
  readonly say: (sentence: string) => void;
}

export interface Tool {
  /** Such as `brush`; also what its key is looked up by. */
  readonly name: string;
  readonly label: string;
  /** A CSS cursor. */
  readonly cursor: string;
  /** False: a press here pans the slide, and reaches the tool only if it was a click. Unset: every press is the tool's. */
  readonly takes?: (pointer: ToolPointer) => boolean;
  readonly down: (pointer: ToolPointer) => void;
  readonly move: (pointer: ToolPointer, dragging: boolean) => void;
  readonly up: (pointer: ToolPointer) => void;
  /** A key that only this tool knows, such as Enter; true if it was used. */
  readonly key?: (event: { readonly key: string; readonly shift: boolean; readonly control: boolean }) => boolean;
  /** The pointer is no longer over the slide: what followed it, such as the brush's circle, is taken away. */
  readonly leave?: () => void;
  /** Drops what is half drawn. */
  readonly cancel: () => void;
}

export type MakeTool = (context: ToolContext) => Tool;
