/** What is kept of every object while a set of outlines is packed: some 60 octets each, in arrays that grow. */
import { ID_OCTETS, writeId } from './object-ids.js';

export class ObjectRows {
  count = 0;
  keys = new Uint32Array(1024);
  classOf = new Uint8Array(1024);
  areas = new Float64Array(1024);
  probabilities = new Float32Array(1024);
  boxes = new Int32Array(4 * 1024);
  ids = new Uint8Array(ID_OCTETS * 1024);
  /** Words of its record. */
  lengths = new Uint32Array(1024);
  /** Ids that are no UUIDs. */
  readonly names = new Map<number, string>();
  /** Objects that came without an id. */
  readonly nameless = new Set<number>();

  push(
    id: string | undefined,
    row: {
      readonly key: number;
      readonly classNumber: number;
      readonly area: number;
      readonly probability: number;
      readonly box: readonly number[];
      readonly length: number;
    },
  ): void {
    const at = this.count++;
    if (at === this.keys.length) this.#grow();
    this.keys[at] = row.key;
    this.classOf[at] = row.classNumber;
    this.areas[at] = row.area;
    this.probabilities[at] = row.probability;
    this.boxes.set(row.box, 4 * at);
    this.lengths[at] = row.length;
    if (id === undefined || id === '') this.nameless.add(at);
    else if (!writeId(id, this.ids, ID_OCTETS * at)) this.names.set(at, id);
  }

  #grow(): void {
    this.keys = longer(this.keys, new Uint32Array(2 * this.keys.length));
    this.classOf = longer(this.classOf, new Uint8Array(2 * this.classOf.length));
    this.areas = longer(this.areas, new Float64Array(2 * this.areas.length));
    this.probabilities = longer(this.probabilities, new Float32Array(2 * this.probabilities.length));
    this.boxes = longer(this.boxes, new Int32Array(2 * this.boxes.length));
    this.ids = longer(this.ids, new Uint8Array(2 * this.ids.length));
    this.lengths = longer(this.lengths, new Uint32Array(2 * this.lengths.length));
  }
}

function longer<T extends Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array>(old: T, empty: T): T {
  empty.set(old);
  return empty;
}
