/**
 * Text from outside on its way to a terminal or a report. Control characters rewrite what a terminal has already shown, and marks of writing
 * direction show letters in another order than they are in: both are written out instead, as JSON would.
 */

/** Controls but tab and line feed, line separators, marks and overrides of direction, and what has no width. */
const HIDDEN =
  /(?![\t\n])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const written = (letter: string): string =>
  letter
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * @returns the text with every character that hides or moves others written out; JSON stays JSON and means the same
 * @example
 * visibleText('a\u001b[2Kb'); // 'a\\u001b[2Kb'
 */
export const visibleText = (text: string): string => text.replace(HIDDEN, written);

/**
 * The same on one line, for what is one sentence.
 * @example
 * visibleLine('a\nb'); // 'a\\nb'
 */
export const visibleLine = (text: string): string => visibleText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
