/** Labels of drawn objects, which stand for sets of classes: an object may belong to several, and background to none. */
import type { ClassTable } from '../../classes/classes.js';
import { SlideError } from '../../slide-error.js';

/** Set in a label of drawn objects where nothing is known; the other bits say the classes. */
export const UNKNOWN_BIT = 128;

export class LabelSets {
  readonly #labels = new Map<string, number>();
  /** The classes of labels from 1 on. */
  readonly #list: (readonly number[])[] = [];

  labelOf(classes: readonly number[], subject: string): number {
    const key = classes.join();
    const found = this.#labels.get(key);
    if (found !== undefined) return found;
    const label = this.#list.length + 1;
    if (label >= UNKNOWN_BIT) {
      throw new SlideError('unsupported', 'objects belong to more than 127 combinations of classes', { subject });
    }
    this.#labels.set(key, label);
    this.#list.push(classes);
    return label;
  }

  /** Whether a pixel of label `found` is in all classes of label `own`; background is so only where it is what counts. */
  holds(found: number, own: number): boolean {
    if (found === own) return true;
    const [of, wanted] = [this.#classesOf(found), this.#classesOf(own)];
    return wanted.length > 0 && wanted.every((c) => of.includes(c));
  }

  #classesOf(label: number): readonly number[] {
    return this.#list[label - 1] ?? [];
  }

  table(count: number, hasUnknown: boolean): ClassTable {
    const member = new Uint8Array(256 * count);
    for (const [i, classes] of this.#list.entries()) {
      for (const c of classes) {
        member[(i + 1) * count + c] = 1;
        member[(i + 1 + UNKNOWN_BIT) * count + c] = 1;
      }
    }
    const unknown = Uint8Array.from({ length: 256 }, (_, value) => (value >= UNKNOWN_BIT ? 1 : 0));
    return { member, ...(hasUnknown && { unknown }), check: () => undefined };
  }
}
