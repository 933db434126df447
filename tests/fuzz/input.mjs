/** The input of a target for a seed: the same for ever, so that a seed is all that has to be kept. */
import { mutate as mutatePicture, numbers } from '../../packages/slide/tests/hostile/mutate.mjs';
import { mutate } from './mutate.mjs';

const encoder = new TextEncoder();
const bytesOf = (original) => (typeof original === 'string' ? encoder.encode(original) : original);

const made = new Map();

/** Those of a target as bytes; what takes long to make is a function, called once. */
function originalsOf({ name, originals }) {
  const found = made.get(name) ?? (typeof originals === 'function' ? originals() : originals).map(bytesOf);
  made.set(name, found);
  return found;
}

/** @returns {Uint8Array} */
export function inputOf(target, seed) {
  const { dictionary, ending } = target;
  const all = originalsOf(target);
  const original = all[numbers(seed ^ 0x5bd1e995)(all.length)];
  if (ending === 'tif' || ending === 'png') return mutatePicture(original, seed);
  return mutate(original, seed, { others: all, dictionary });
}
