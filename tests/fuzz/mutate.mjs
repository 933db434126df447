/**
 * Damages texts and bytes, always the same way for the same seed: single bytes, lies about numbers, pieces of other files, words that mean something to
 * the reader, and more of everything.
 */
import { numbers } from '../../packages/slide/tests/hostile/mutate.mjs';

export { numbers };

/** What means something to most readers. */
const common = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'null',
  'NaN',
  'Infinity',
  '-Infinity',
  'true',
  '[]',
  '{}',
  '""',
  '-1',
  '0',
  '1e308',
  '1e999',
  '9007199254740993',
  '0x10',
  '1,5',
  '-0',
  '1e-400',
  '2147483648',
  '4294967296',
  '\u0000',
  '\ufeff',
  '\u202e',
  '\ud800',
  '\r',
  '\n',
  '\t',
  '"',
  "'",
  '\\',
  '\\u0000',
  ',',
  ':',
  ';',
  '=',
  '#',
  '&',
  '<',
  '>',
  '../',
  'https://',
  '%00',
  '=1+1',
  '\u001b[2J',
];

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

function insert(bytes, at, piece) {
  const out = new Uint8Array(bytes.length + piece.length);
  out.set(bytes.subarray(0, at));
  out.set(piece, at);
  out.set(bytes.subarray(at), at + piece.length);
  return out;
}

/** A number somewhere in the text, if there is one near. */
function numberAt(bytes, at) {
  const text = decoder.decode(bytes.subarray(at, at + 200));
  const match = /-?\d+(?:\.\d+)?/.exec(text);
  return match === null ? undefined : { from: at + match.index, to: at + match.index + match[0].length };
}

/**
 * @param bytes the original
 * @param others originals that pieces are taken from
 * @param dictionary words of the format
 * @param most bytes of the result, about
 */
export function mutate(bytes, seed, { others = [], dictionary = [], most = 1 << 16 } = {}) {
  const next = numbers(seed);
  const pick = (list) => list[next(list.length)];
  const word = () => encoder.encode(pick(dictionary.length > 0 && next(2) === 0 ? dictionary : common));
  let out = Uint8Array.from(bytes);
  for (let n = 1 + next(4); n > 0; n--) {
    const at = next(out.length + 1);
    switch (next(10)) {
      case 0:
        if (at < out.length) out[at] = next(256);
        break;
      case 1:
        if (at < out.length) out[at] ^= 1 << next(8);
        break;
      case 2:
        out = out.slice(0, at);
        break;
      case 3:
        out = insert(out, at, word());
        break;
      case 4: {
        const found = numberAt(out, at);
        if (found === undefined) break;
        const rest = out.slice(found.to);
        out = insert(insert(out.slice(0, found.from), found.from, word()), 0, new Uint8Array(0));
        out = insert(out, out.length, rest);
        break;
      }
      case 5: {
        const length = next(64);
        if (out.length > 0) out.copyWithin(next(out.length), at, at + length);
        break;
      }
      case 6: {
        // The same again, many times: what is quadratic or recursive shows.
        const piece = out.slice(at, at + 1 + next(40));
        const times = 1 << next(12);
        const many = new Uint8Array(Math.min(piece.length * times, most));
        for (let i = 0; i < many.length; i++) many[i] = piece[i % piece.length] ?? 0;
        out = insert(out, at, many);
        break;
      }
      case 7: {
        const other = others.length > 0 ? pick(others) : bytes;
        const from = next(other.length + 1);
        out = insert(out, at, other.slice(from, from + next(200)));
        break;
      }
      case 8:
        out = insert(out.slice(0, at), at, out.slice(Math.min(out.length, at + next(80))));
        break;
      default: {
        const length = 1 + next(8);
        if (at < out.length) out.fill(pick([0, 1, 0x7f, 0x80, 0xff]), at, at + length);
      }
    }
    if (out.length > 2 * most) out = out.slice(0, most);
  }
  return out;
}
