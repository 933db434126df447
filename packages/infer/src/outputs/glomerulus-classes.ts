/** Which classes of a model are glomeruli, and which of these are globally sclerotic: names are all that a model says of them. */

/** What else in a kidney classes are named after. */
const OTHER_TISSUE =
  /arter|vein|venul|venous|vessel|vascul|capillar|tubul|duct|henle|\b(ptc|tal|pct|dct)\b|interstit|stroma|fibros|infiltrat|inflam|lymph|\bcasts?\b|capsule|medulla|cortex|pelvis|nerve|muscle|\bfat\b|adipos|tissue|apparatus|nucle[ui]|podocyte|background|art[ei]fact/;
/** What turns "sclerotic" into its opposite, before it and after it. */
const NEGATION_BEFORE = /\b(not?|never|without|absen\w*|lack\w*|free|sans|sin|senza)\b|\bnon|\bun ?$/;
const NEGATION_AFTER = /^\w* (free|absent|negative|none|no)\b/;
/** Of a glomerulus that is sclerosed in part, the rest works. Focal is said of glomeruli of a kidney: those may be sclerosed globally. */
const IN_PART = /segment|\bpart|\bsemi|nodul|mesangi|focal(?!.*\bglobal)/;
const SCLEROSIS = /sclero|\bobsole[st]/;

/** Small letters, with spaces between words. */
const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Whether objects of a class are counted as glomeruli: whatever is not named after something else, since kinds of glomeruli have many names. */
export function isGlomerulus(name: string): boolean {
  const words = wordsOf(name);
  return /\bglom/.test(words) || !OTHER_TISSUE.test(words);
}

/**
 * Global sclerosis: a segment of a glomerulus that is sclerosed leaves the rest working.
 * @example
 * isSclerotic('globally sclerotic glomerulus'); // true
 * isSclerotic('non-globally sclerotic glomerulus'); // false
 */
export function isSclerotic(name: string): boolean {
  const words = wordsOf(name);
  if (!isGlomerulus(name) || IN_PART.test(words)) return false;
  if (/^gg?s( glom\w*)?$/.test(words)) return true;
  const found = SCLEROSIS.exec(words);
  if (found === null) return false;
  const [before, after] = [words.slice(0, found.index), words.slice(found.index + found[0].length)];
  return !NEGATION_BEFORE.test(before) && !NEGATION_AFTER.test(after);
}

/**
 * What is counted for the sclerotic share.
 * @param names of the classes
 * @returns undefined where there is no share to tell: no kind of glomerulus is sclerotic, or all are
 * @example
 * sclerosisClasses(['normal', 'sclerotic', 'artery']); // 'counted as sclerotic: sclerotic; as other glomeruli: normal; not as glomeruli: artery'
 */
export function sclerosisClasses(names: readonly string[]): string | undefined {
  const glomeruli = names.filter(isGlomerulus);
  const sclerotic = glomeruli.filter(isSclerotic);
  if (sclerotic.length === 0 || sclerotic.length === glomeruli.length) return undefined;
  const rest = glomeruli.filter((name) => !isSclerotic(name));
  const others = names.filter((name) => !isGlomerulus(name));
  const counted = `counted as sclerotic: ${sclerotic.join(', ')}; as other glomeruli: ${rest.join(', ')}`;
  return others.length === 0 ? counted : `${counted}; not as glomeruli: ${others.join(', ')}`;
}
