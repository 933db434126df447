/** What every format of annotations is to the rest: a way to tell it from the others by what is in the file, and its objects one after another. */
import type { Shape } from '../placing/shape.js';

/** The beginning of a file, as much as it takes to tell formats apart. */
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
