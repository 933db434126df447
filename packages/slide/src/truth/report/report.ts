/**
 * What was taken of a file of annotations, what was left out, and why. Every object of the file is in exactly one place, so that used and left out add up
 * to the objects of the file.
 */

/** Why an object of the file is not in the labels. */
export const leftOutReasons = [
  'class',
  'unclassified',
  'points',
  'lines',
  'pictures',
  'without geometry',
  'empty',
  'fewer than 3 points',
  'without a pixel',
  'beyond the slide',
  'outside annotated areas',
  'in ignored areas',
  'under later objects',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** What an object is used as that takes away from others of its layer. */
export const cutOutOf = (name: string): string => `cut out of ${name}`;

export interface UsedShapes {
  /** Of the class in the file; null: without one. */
  readonly name: string | null;
  /** Classes of the map, or `annotated`, `ignore`, `background`; `cutOutOf` these. */
  readonly as: readonly string[];
  readonly shapes: number;
}

export interface LeftOutShapes {
  readonly reason: LeftOutReason;
  /** Of the class in the file; null: without one. */
  readonly name: string | null;
  readonly shapes: number;
}

export interface TruthReport {
  /** 'GeoJSON', 'ImageScope XML', ... */
  readonly format: string;
  /** Objects of the file. */
  readonly shapes: number;
  readonly used: readonly UsedShapes[];
  readonly leftOut: readonly LeftOutShapes[];
  /** Of the used ones: those that reach beyond the slide and are cut off there. */
  readonly clipped: number;
  /** Of the used ones: those whose outline crosses or touches itself; what it encloses twice is outside (even-odd rule). */
  readonly repaired: number;
  /** Of the used ones: those whose outline does not end where it began, and is closed. */
  readonly closed: number;
  /** Of the used ones: those that came in a GeometryCollection, whose polygons are taken. */
  readonly collections: number;
  /** Whether an annotated area limits what is known. */
  readonly annotated: boolean;
  /** The picture that the used ones were drawn on, by the file, where that is called otherwise than the slide. */
  readonly drawnOn?: string;
}

/** Objects of a file by what is counted of them. */
export class ReportBuilder {
  readonly #used = new Map<string, { name: string | null; as: readonly string[]; shapes: number }>();
  readonly #leftOut = new Map<string, { reason: LeftOutReason; name: string | null; shapes: number }>();
  #shapes = 0;
  #drawnOn: string | undefined;
  readonly #remarks = { clipped: 0, repaired: 0, closed: 0, collections: 0 };

  leaveOut(reason: LeftOutReason, name: string | undefined): void {
    this.#shapes++;
    const key = JSON.stringify([reason, name ?? null]);
    const found = this.#leftOut.get(key);
    if (found === undefined) this.#leftOut.set(key, { reason, name: name ?? null, shapes: 1 });
    else found.shapes++;
  }

  use(name: string | undefined, as: readonly string[]): void {
    this.#shapes++;
    const key = JSON.stringify([name ?? null, as]);
    const found = this.#used.get(key);
    if (found === undefined) this.#used.set(key, { name: name ?? null, as, shapes: 1 });
    else found.shapes++;
  }

  remark(kind: 'clipped' | 'repaired' | 'closed' | 'collections'): void {
    this.#remarks[kind]++;
  }

  drawnOn(picture: string): void {
    this.#drawnOn = picture;
  }

  finish(format: string, annotated: boolean): TruthReport {
    const [used, leftOut] = [[...this.#used.values()], [...this.#leftOut.values()]];
    return {
      format,
      shapes: this.#shapes,
      used,
      leftOut,
      ...this.#remarks,
      annotated,
      ...(this.#drawnOn !== undefined && { drawnOn: this.#drawnOn }),
    };
  }
}
