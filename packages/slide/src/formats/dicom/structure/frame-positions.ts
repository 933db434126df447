/** What each frame says of itself, in a few numbers each: a slide has a hundred thousand of them. Source: PS3.3, C.8.12.6.1. */
import { type DataSet, itemsOf, numberOf, numbersOf, textOf } from './data-set.js';
import { Tag } from './tags.js';

export interface FramePositions {
  readonly count: number;
  /** Places of a frame's upper left pixel in the level, from 1; NaN where the file does not say. */
  column(frame: number): number;
  row(frame: number): number;
  /** Height of the focal plane; 0 where the file does not say. */
  z(frame: number): number;
  /** Name of the optical path; undefined where the file does not say. */
  path(frame: number): string | undefined;
  /** Millimetres between rows and between columns, of the first frame. */
  readonly spacing: readonly number[];
  readonly add: (item: DataSet) => void;
}

/** Numbers of one frame: column, row, height, index of the path's name. */
const FIELDS = 4;

export function framePositions(): FramePositions {
  let values = new Float64Array(64 * FIELDS);
  let count = 0;
  let spacing: readonly number[] = [];
  const names: (string | undefined)[] = [undefined];
  const indices = new Map<string | undefined, number>([[undefined, 0]]);
  const at = (frame: number, field: number): number =>
    frame < count ? (values[frame * FIELDS + field] as number) : NaN;
  const indexOf = (name: string | undefined): number => {
    const index = indices.get(name) ?? names.push(name) - 1;
    indices.set(name, index);
    return index;
  };
  return {
    get count() {
      return count;
    },
    get spacing() {
      return spacing;
    },
    column: (frame) => at(frame, 0),
    row: (frame) => at(frame, 1),
    z: (frame) => at(frame, 2) || 0,
    path: (frame) => names[at(frame, 3)],
    add: (item) => {
      if (values.length < (count + 1) * FIELDS) {
        const larger = new Float64Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      const [position] = itemsOf(item, Tag.PlanePositionSlideSequence);
      const [optics] = itemsOf(item, Tag.OpticalPathIdentificationSequence);
      if (count === 0) spacing = numbersOf(itemsOf(item, Tag.PixelMeasuresSequence)[0], Tag.PixelSpacing);
      const numbers = [Tag.ColumnPosition, Tag.RowPosition, Tag.ZOffset].map((tag) => numberOf(position, tag) ?? NaN);
      values.set([...numbers, indexOf(textOf(optics, Tag.OpticalPathIdentifier))], count * FIELDS);
      count++;
    },
  };
}
