/**
 * Writes small TIFFs that may lie: every tag, type, count and offset is what the caller says, whatever the truth.
 */

const WIDTHS = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 12: 8, 13: 4, 16: 8, 18: 8 };

/**
 * @param {object} options
 * @param {boolean} [options.little] byte order
 * @param {boolean} [options.big] BigTIFF
 * @param {{ tag: number, type: number, values: number[] | Uint8Array, count?: number, offset?: number }[]} options.tags
 * `count` and `offset` replace the true ones
 * @param {Uint8Array[]} [options.blocks] put behind the directory; a tag whose values are the string 'blocks' gets their offsets
 * @param {number} [options.next] offset of the next directory
 */
export function buildTiff({ little = true, big = false, tags, blocks = [], next = 0 }) {
  const [head, counter, entry, word] = big ? [16, 8, 20, 8] : [8, 2, 12, 4];
  const directory = head + counter + tags.length * entry + word;
  const payload = (values) => (values === 'blocks' ? blocks.length : values.length);
  let at = directory;
  const places = tags.map(({ type, values }) => {
    const bytes = payload(values) * WIDTHS[type];
    const place = bytes > word ? at : -1;
    if (bytes > word) at += bytes;
    return place;
  });
  const offsets = blocks.map(({ length }) => {
    const place = at;
    at += length;
    return place;
  });
  const out = new Uint8Array(at);
  const view = new DataView(out.buffer);
  const put = (position, bytes, value) => {
    const whole = BigInt(Math.trunc(value));
    for (let i = 0; i < bytes; i++) {
      const shift = BigInt(8 * (little ? i : bytes - 1 - i));
      out[position + i] = Number((whole >> shift) & 255n);
    }
  };
  out.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  put(2, 2, big ? 43 : 42);
  if (big) put(4, 2, 8);
  put(big ? 8 : 4, word, head);
  put(head, counter, tags.length);
  for (const [i, { tag, type, values, count, offset }] of tags.entries()) {
    const from = head + counter + i * entry;
    put(from, 2, tag);
    put(from + 2, 2, type);
    put(from + 4, word, count ?? payload(values));
    const place = places[i] < 0 ? from + (big ? 12 : 8) : places[i];
    if (places[i] >= 0) put(from + (big ? 12 : 8), word, places[i]);
    const written = values === 'blocks' ? offsets : values;
    for (let k = 0; k < written.length; k++) {
      if (type === 12) view.setFloat64(place + 8 * k, written[k], little);
      else put(place + k * WIDTHS[type], WIDTHS[type], written[k]);
    }
    if (offset !== undefined) put(from + (big ? 12 : 8), word, offset);
  }
  put(directory - word, word, next);
  for (const [i, block] of blocks.entries()) out.set(block, offsets[i]);
  return out;
}
