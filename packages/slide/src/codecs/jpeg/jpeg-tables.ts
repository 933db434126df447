/** Huffman tables of JPEG as lookups by the next 16 bits. Source: ITU-T T.81, annex C. */

/** For 16 bits of input: the code's length x 256 + its symbol; 0 where no code fits. */
export type Lookup = Uint16Array;

/** Tiles of a slide share their tables; these are made once. */
const made = new Map<string, Lookup>();
const MAX_MADE = 64;

/**
 * Adds the tables of a DHT segment.
 * @param tables by class x 16 + number
 * @throws {Error} for a segment that is cut off or no code
 */
export function huffmanTables(body: Uint8Array, tables: Map<number, Lookup>): void {
  for (let at = 0; at + 17 <= body.length; ) {
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const end = at + 17 + total;
    if (end > body.length || total > 256) throw new Error('a Huffman table is damaged');
    const symbols = body.subarray(at + 17, end);
    const key = String.fromCharCode(...counts, ...symbols);
    let lookup = made.get(key);
    if (lookup === undefined) {
      lookup = lookupOf(counts, symbols);
      if (made.size >= MAX_MADE) made.clear();
      made.set(key, lookup);
    }
    tables.set(body[at] as number, lookup);
    at = end;
  }
}

function lookupOf(counts: Uint8Array, symbols: Uint8Array): Lookup {
  const lookup = new Uint16Array(1 << 16);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    const span = 1 << (16 - length);
    for (let i = 0; i < (counts[length - 1] as number); i++, code += span) {
      if (code + span > 1 << 16) throw new Error('a Huffman table is damaged');
      lookup.fill(length * 256 + (symbols[next++] as number), code, code + span);
    }
  }
  return lookup;
}
