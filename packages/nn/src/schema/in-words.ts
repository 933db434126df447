/**
 * What a schema found, in words for people who do not program: what to give, and what was given. zod's own words speak of types and
 * never reach a person.
 */
import { meant } from '@ftuseg/core';
import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/** How many choices a sentence lists. */
const LISTED = 12;
/** Letters of a value that are repeated. */
const SHOWN = 40;

const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);

/** A value in a sentence. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `text ${JSON.stringify(cut(value))}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'a group of keys';
  return String(value);
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['string', 'text'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'a group of keys'],
  ['record', 'a group of keys'],
  ['null', 'null'],
  ['map', 'a group of keys'],
]);

const kindOf = (expected: string): string => kinds.get(expected) ?? 'another kind of value';

const plain = (value: unknown): string => (typeof value === 'string' ? value : String(value));

function choices(values: readonly unknown[]): string {
  const words = values.slice(0, LISTED).map(plain);
  const more = values.length > LISTED ? ', ...' : '';
  const [only] = words;
  return words.length === 1 && only !== undefined ? only : `one of ${words.join(', ')}${more}`;
}

const missing = (what: string): string => `it is missing; give ${what}`;

function size(issue: Extract<RawIssue, { code: 'too_small' | 'too_big' }>): string {
  const low = issue.code === 'too_small';
  const bound = low ? issue.minimum : issue.maximum;
  const { origin, inclusive, input } = issue;
  if (origin === 'string') {
    if (low && Number(bound) === 1) return 'it is empty; give text';
    return `give ${low ? 'at least' : 'at most'} ${bound} letters, not ${typeof input === 'string' ? input.length : 'these'}`;
  }
  if (origin === 'array' || origin === 'set' || origin === 'map' || origin === 'object' || origin === 'record') {
    const count = Array.isArray(input) ? `, not ${input.length}` : '';
    return `give ${low ? 'at least' : 'at most'} ${bound} ${Number(bound) === 1 ? 'entry' : 'entries'}${count}`;
  }
  const side = inclusive ? (low ? 'at least' : 'at most') : low ? 'more than' : 'less than';
  return `give a number of ${side} ${bound}, not ${shown(input)}`;
}

interface Branch {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly values?: readonly unknown[];
}

/** Of a choice between forms: what one of them lacks, where the value plainly has that form; else all that it may be. */
function choice(branches: readonly (readonly Branch[])[], input: unknown): string {
  const deep = branches.find(([first]) => first !== undefined && (first.path.length > 0 || first.code === 'too_big'));
  const fits = branches.find(
    ([first]) => first !== undefined && first.path.length === 0 && first.code !== 'invalid_type',
  );
  const best = deep ?? fits;
  const [found] = best ?? [];
  if (found !== undefined)
    return found.path.length === 0 ? found.message : `${found.path.map(String).join('.')}: ${found.message}`;
  const names = branches.flatMap(([first]) =>
    first?.code === 'invalid_type' && typeof first.expected === 'string' ? [kindOf(first.expected)] : [],
  );
  const what = [...new Set(names)].join(' or ');
  if (what === '') return `${shown(input)} is not what it takes`;
  return input === undefined ? missing(what) : `give ${what}, not ${shown(input)}`;
}

/** Keys of the object that an issue is about. */
function keysOf({ inst }: RawIssue): readonly string[] {
  const shape: unknown =
    inst !== undefined && 'def' in inst._zod && 'shape' in inst._zod.def ? inst._zod.def.shape : {};
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

/**
 * One issue in words, as an error map of zod: `schema.safeParse(value, { error: inWords })`. What a schema says itself comes before it.
 */
export function inWords(issue: RawIssue): string {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      const what = kindOf(issue.expected);
      if (input === undefined) return missing(what);
      return `give ${what}, not ${shown(input)}`;
    }
    case 'too_small':
    case 'too_big':
      return size(issue);
    case 'not_multiple_of':
      return `give a multiple of ${issue.divisor}, not ${shown(input)}`;
    case 'invalid_value': {
      const what = choices(issue.values);
      if (input === undefined) return missing(what);
      const names = issue.values.filter((value) => typeof value === 'string');
      const near = typeof input === 'string' && names.length > 1 ? meant(input, names) : '';
      return `give ${what}, not ${shown(input)}${near}`;
    }
    case 'invalid_format':
      return `${shown(input)} has not the right form${issue.format === 'regex' ? '' : ` (${issue.format})`}`;
    case 'unrecognized_keys': {
      const known = keysOf(issue);
      return issue.keys.map((key) => `there is no "${cut(key)}"${meant(key, known)}`).join('; ');
    }
    case 'invalid_union':
      return choice(issue.errors, input);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message ?? `${shown(input)} is not what it takes`;
    default:
      return `${shown(input)} is not what it takes`;
  }
}
