/**
 * YAML from outside, and settings given one by one on the command line. Aliases that multiply, endless nesting and names that reach into every object
 * of the program end in a sentence.
 */
import { FtuError } from '@ftuseg/core';
import { type Document, type ParsedNode, parseDocument, visit, type YAMLError } from 'yaml';

export type PlainObject = Record<string, unknown>;

export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface YamlLimits {
  readonly letters: number;
  /** Of values, those that aliases repeat among them. */
  readonly values: number;
}

/** For what people write: a recipe of a hundred steps has some 20 kB. */
const WRITTEN_LIMITS: YamlLimits = { letters: 1 << 20, values: 200_000 };
/** For files of our own, which name every slide that a run had: a million names of 200 letters. */
export const OWN_FILE_LIMITS: YamlLimits = { letters: 1 << 28, values: 2_000_000 };
const MAX_DEPTH = 100;

/** Names that every object has; under "__proto__" a value would become a property of all of them. */
const reserved: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * @returns whether a name is one that every object of the language has
 * @example
 * isReserved('constructor'); // true
 */
export const isReserved = (name: string): boolean => reserved.has(name);

const refuse = (problem: string, subject: string, cause?: unknown): FtuError =>
  new FtuError('bad-input', problem, { subject, cause });

/** A name as a setting or a step may have it. */
function checkName(name: string, subject: string): void {
  if (isReserved(name)) throw refuse(`"${name}" cannot be a name`, subject);
}

/** Counts and names in a value without aliases; what is nested too deep is found before it is walked. */
function checkPlain(value: unknown, subject: string, maxValues: number): void {
  let values = 0;
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: found, depth } = next;
    if (++values > maxValues) throw refuse(`there are more than ${maxValues} values`, subject);
    if (typeof found !== 'object' || found === null) continue;
    if (depth >= MAX_DEPTH) throw refuse(`it is nested more than ${MAX_DEPTH} deep`, subject);
    for (const [name, inner] of Object.entries(found)) {
      if (!Array.isArray(found)) checkName(name, subject);
      pending.push({ value: inner, depth: depth + 1 });
    }
  }
}

/** Brackets that are open at one time, and steps of indentation: more than any value that is allowed has. */
function isTooDeep(text: string): boolean {
  let open = 0;
  let indents: number[] = [];
  for (const line of text.split('\n')) {
    const dashes = /^[ \t]*(?:- *)*/.exec(line)?.[0] ?? '';
    if (dashes.length < line.length) {
      indents = indents.filter((indent) => indent < dashes.length);
      indents.push(dashes.length);
    }
    if (indents.length > MAX_DEPTH || (dashes.match(/-/g)?.length ?? 0) > MAX_DEPTH) return true;
    for (const letter of line) {
      if (letter === '[' || letter === '{') open++;
      else if (letter === ']' || letter === '}') open = Math.max(0, open - 1);
      if (open > MAX_DEPTH) return true;
    }
  }
  return false;
}

const placeOf = ({ linePos }: YAMLError): string => (linePos === undefined ? '' : `line ${linePos[0].line}: `);

/**
 * A document of YAML within limits, and what it says as plain values, in which nothing is shared.
 *
 * @param subject for error messages
 * @throws {FtuError} `bad-input` for text that is not YAML (with its line), and beyond a limit
 */
export function parseYamlDocument(
  text: string,
  subject: string,
  options: Parameters<typeof parseDocument>[1] = {},
  { letters, values }: YamlLimits = WRITTEN_LIMITS,
): { readonly document: Document.Parsed<ParsedNode>; readonly plain: unknown } {
  if (text.length > letters) throw refuse(`it has ${text.length} letters, more than ${letters}`, subject);
  if (isTooDeep(text)) throw refuse(`it is nested more than ${MAX_DEPTH} deep`, subject);
  try {
    const document = parseDocument(text, { logLevel: 'silent', ...options });
    const [broken] = document.errors;
    if (broken !== undefined) {
      const problem = broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? broken.code;
      throw refuse(`${placeOf(broken)}this is not YAML: ${problem}`, subject, broken);
    }
    refuseOddKeys(document, subject);
    const value: unknown = document.toJS({ maxAliasCount: 1000 }) ?? null;
    checkPlain(value, subject, values);
    return { document, plain: JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    if (error instanceof FtuError) throw error;
    if (error instanceof RangeError) throw refuse('it is nested too deep', subject, error);
    const alias = error instanceof ReferenceError && /alias/i.test(error.message);
    if (alias)
      throw refuse(
        /excessive/i.test(error.message) ? 'its aliases repeat too much' : 'an alias stands for nothing',
        subject,
        error,
      );
    throw refuse('this is not YAML that can be read', subject, error);
  }
}

/** Keys that are lists or mappings, which would become names of themselves. */
function refuseOddKeys(document: Document.Parsed<ParsedNode>, subject: string): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (typeof key === 'object' && key !== null && 'items' in key) {
        throw refuse('a key is a list or a group of keys', subject);
      }
    },
  });
}

/**
 * What a text of YAML says, in which nothing is shared.
 * @throws {FtuError} `bad-input`, as `parseYamlDocument`
 * @example
 * parseYaml('epochs: 5', 'settings.yaml'); // { epochs: 5 }
 */
export const parseYaml = (text: string, subject: string, limits?: YamlLimits): unknown =>
  parseYamlDocument(text, subject, {}, limits).plain;

/**
 * Lays `augment.zoom=1.5` over settings; the value is YAML, so numbers and booleans are what they look like.
 * @param settings changed in place
 * @throws {FtuError} `bad-input` for another form, a name that cannot be one, and a place inside of what holds no keys
 * @example
 * assignSetting(settings, 'augment.zoom=1.5');
 */
export function assignSetting(settings: PlainObject, assignment: string): void {
  const shownText = assignment.length > 80 ? `${assignment.slice(0, 80)}...` : assignment;
  const subject = `--set ${shownText}`;
  const at = assignment.indexOf('=');
  const path = at < 1 ? [] : assignment.slice(0, at).split('.');
  const last = path.pop();
  if (last === undefined || last === '' || path.includes('')) {
    throw new FtuError('bad-input', `--set takes NAME=VALUE such as augment.zoom=1.5, not "${shownText}"`);
  }
  if (path.length > MAX_DEPTH) throw refuse(`it is nested more than ${MAX_DEPTH} deep`, subject);
  let target = settings;
  for (const key of path) {
    checkName(key, subject);
    const next = (Object.hasOwn(target, key) ? target[key] : undefined) ?? {};
    if (!isPlainObject(next)) throw refuse(`"${key}" holds no keys`, subject);
    target[key] = next;
    target = next;
  }
  checkName(last, subject);
  target[last] = parseYaml(assignment.slice(at + 1), subject);
}
