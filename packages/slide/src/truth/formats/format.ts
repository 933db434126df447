/** What every format of annotations is to the rest: a way to tell it from the others by what is in the file, and its objects one after another. */
import type { AnnotationOrigin } from '../../table/slide-row.js';
import type { Shape } from '../placing/shape.js';

/** What tells formats apart, from the beginning of a file, or all of it where that does not tell. */
export interface FileHead {
  readonly bytes: Uint8Array;
  /** Name of the outermost element, where the file is XML. */
  readonly xmlRoot: string | undefined;
  /** Keys of the outermost object, where the file is JSON, and of the first object in an outermost array. */
  readonly jsonKeys: ReadonlySet<string>;
}

/** Which slide the annotations are wanted for. */
export interface AnnotatedSlide {
  readonly id: string;
  /** Path or address of its picture. */
  readonly image: string;
  /** Level-0 pixels. */
  readonly width: number;
  readonly height: number;
  /** Which corner a GeoJSON of it counts from, where the file does not state it. */
  readonly annotationOrigin?: AnnotationOrigin | undefined;
  /** Pictures of the rows that name the same file, its own among them. */
  readonly others?: readonly string[];
}

export interface AnnotationFormat {
  /** As people call it. */
  readonly name: string;
  /** Its programs end outlines where they began, so that an open one is worth a word. */
  readonly closed: boolean;
  /** A file says of which picture its objects are, and may have those of several. */
  readonly namesPicture?: true;
  recognises(head: FileHead): boolean;
  /**
   * @param path of the file
   * @throws FtuError `not-found`, `io`; SlideError `bad-input` for a damaged file, or one that belongs to another slide
   */
  read(path: string, slide: AnnotatedSlide): AsyncIterable<Shape>;
}
