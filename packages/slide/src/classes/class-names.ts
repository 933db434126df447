/**
 * Which class a drawn object belongs to, by the name that its program gave it. Names are compared letter by letter: what nobody mapped is left
 * out and counted, never guessed.
 */

/** What a class map takes: a name as it is written, one that begins or ends so, every name, or objects without a class. */
export type NameRule =
  | { readonly kind: 'exact' | 'starts' | 'ends' | 'contains'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'unclassified' };

/** In a class map: objects without a class. */
export const UNCLASSIFIED = 'unclassified';

/**
 * One entry of a class map: `Glomerulus` and `"Ignore*"` are names as they are written, `Glom*` begins so, `*sclerotic` ends so, `*sclero*` has it
 * inside, `*` is every name, `unclassified` an object without one.
 *
 * @param quoted the entry stood in quotation marks: stars are stars
 * @returns undefined for an empty entry or a star between letters
 */
export function parseNameRule(text: string, quoted: boolean): NameRule | undefined {
  if (text === '') return undefined;
  if (quoted) return { kind: 'exact', text };
  if (text === UNCLASSIFIED) return { kind: 'unclassified' };
  if (/^\*+$/.test(text)) return { kind: 'any' };
  const [, before = '', inner = '', after = ''] = /^(\*?)(.*?)(\*?)$/s.exec(text) ?? [];
  if (inner.includes('*')) return undefined;
  if (before !== '' && after !== '') return { kind: 'contains', text: inner };
  if (before !== '') return { kind: 'ends', text: inner };
  return { kind: after === '' ? 'exact' : 'starts', text: inner };
}

/** A name that needs no quotation marks. */
const PLAIN = /^[\p{L}_](?:[\p{L}\p{N}_ .:/()-]*[\p{L}\p{N}_.:/()-])?$/u;

/** The entry as a person writes it. */
export function showNameRule(rule: NameRule): string {
  switch (rule.kind) {
    case 'exact':
      return PLAIN.test(rule.text) && rule.text !== UNCLASSIFIED ? rule.text : `"${rule.text}"`;
    case 'starts':
      return `${rule.text}*`;
    case 'ends':
      return `*${rule.text}`;
    case 'contains':
      return `*${rule.text}*`;
    case 'any':
      return '*';
    case 'unclassified':
      return UNCLASSIFIED;
  }
}

const EXACT = Number.POSITIVE_INFINITY;

/**
 * How closely an entry fits: infinite for the whole name, else the letters that it fixes; undefined where it does not.
 * @param name undefined: the object has no class
 */
export function fitOf(rule: NameRule, name: string | undefined): number | undefined {
  if (rule.kind === 'unclassified') return name === undefined ? EXACT : undefined;
  if (name === undefined) return undefined;
  if (rule.kind === 'any') return 0;
  const { text } = rule;
  switch (rule.kind) {
    case 'exact':
      return name === text ? EXACT : undefined;
    case 'starts':
      return name.startsWith(text) ? text.length : undefined;
    case 'ends':
      return name.endsWith(text) ? text.length : undefined;
    case 'contains':
      return name.includes(text) ? text.length : undefined;
  }
}

/**
 * Names that count without a class map, and the label that each stands for: 1 a glomerulus, 2 a sclerotic one. They are those that HuBMAP's files and
 * `ftu` itself write, QuPath's spelling of them, and no other.
 */
export const KNOWN_NAMES: ReadonlyMap<string, 1 | 2> = new Map([
  ...['glomerulus', 'Glomerulus', 'glomeruli', 'Glomeruli'].map((name) => [name, 1] as const),
  ...['non-sclerotic glomerulus', 'Non-sclerotic glomerulus'].map((name) => [name, 1] as const),
  ...['sclerotic glomerulus', 'Sclerotic glomerulus', 'sclerotic glomeruli', 'Sclerotic glomeruli'].map(
    (name) => [name, 2] as const,
  ),
  ...['glomerulus: sclerotic', 'Glomerulus: Sclerotic', 'Glomerulus: sclerotic'].map((name) => [name, 2] as const),
]);
