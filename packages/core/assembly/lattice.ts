/**
 * The vertices of the permutohedral lattice that pixels touch, in a hash table with open addressing, and who is next to whom.
 * A key holds five coordinates of 16 bits in three lanes and their hash in the fourth; the hash is linear, so that a step in the
 * lattice is one addition. Vertex 0 does not exist: its value is 0.
 */

/** 2^(32 - shift) slots of 16 bytes: the key, with the vertex's number (0: free) in place of the hash. */
let table: usize = 0;
let shift: i32 = 0;
/** The key of each vertex, 16 bytes each, from vertex 1 on in the order they were made. */
let keys: usize = 0;
let count: i32 = 0;

/** Begins a lattice without vertices. */
export function openTable(slots: usize, bits: i32, vertexKeys: usize): void {
  table = slots;
  shift = 32 - bits;
  keys = vertexKeys;
  count = 0;
  memory.fill(slots, 0, (<usize>16) << bits);
}

/** Goes on in a larger table. */
export function growTable(slots: usize, bits: i32, vertexKeys: usize): void {
  const before = keys;
  const vertices = count;
  openTable(slots, bits, vertexKeys);
  for (let v = 1; v <= vertices; v++) vertexAt(v128.load(before + (usize(v) << 4)));
}

/** Vertices so far. */
export function vertexCount(): i32 {
  return count;
}

/** The number of the vertex with this key, made if there is none. */
export function vertexAt(key: v128): i32 {
  const slot = slotOf(key);
  const known = load<i32>(slot, 12);
  if (known) return known;
  count++;
  v128.store(slot, i32x4.replace_lane(key, 3, count));
  v128.store(keys + (usize(count) << 4), key);
  return count;
}

/** Address of the slot that holds the key, or of the free one where it belongs. No key is zero in its first three lanes. */
function slotOf(key: v128): usize {
  const last = (1 << (32 - shift)) - 1;
  let slot = i32(u32(i32x4.extract_lane(key, 3)) >> shift);
  while (true) {
    const address = table + (usize(slot) << 4);
    const found = v128.load(address);
    if ((i32x4.bitmask(i32x4.eq(found, key)) & 7) === 7) return address;
    if (i32x4.extract_lane(found, 3) === 0) return address;
    slot = (slot + 1) & last;
  }
}

/**
 * For each of the six axes one list of `listBytes`: per vertex, from 0 on, the byte offsets of its neighbours ahead and behind.
 *
 * @param steps what a step ahead adds to a key, the last axis first
 */
export function neighbours(steps: usize, out: usize, listBytes: usize): void {
  memory.fill(out, 0, 6 * listBytes);
  for (let v = 1; v <= count; v++) {
    const key = v128.load(keys + (usize(v) << 4));
    let list = out;
    for (let step: i32 = 80; step >= 0; step -= 16) {
      const ahead = load<i32>(slotOf(i32x4.add(key, v128.load(steps + usize(step)))), 12);
      if (ahead) {
        store<i32>(list + (usize(v) << 3), ahead << 2);
        store<i32>(list + (usize(ahead) << 3), v << 2, 4);
      }
      list += listBytes;
    }
  }
}
