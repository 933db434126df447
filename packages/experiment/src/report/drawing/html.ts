/**
 * HTML by a template that escapes: what is put in is text unless it was made here, so that forgetting to escape is not possible.
 */
import { visibleText } from '@ftuseg/core';

/** Finished HTML. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers are escaped, lists are joined, `undefined` is nothing. */
export type HtmlPart = string | number | Html | undefined | readonly HtmlPart[];

/** Text that is safe between tags and between quotes; what would hide or turn round letters is written out. */
export const escapeHtml = (text: string): string =>
  visibleText(text).replace(
    /[&<>"']/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c,
  );

function textOf(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(textOf).join('');
}

/**
 * Tag of a template literal whose values are escaped; attributes must be in quotes.
 * @example
 * html`<p title="${'"'}">${'a < b'}</p>`.text; // <p title="&quot;">a &lt; b</p>
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(textOf)));
}

/** Nothing when there is nothing to show. */
export const when = <T>(value: T | undefined | null | false | '', show: (value: T) => Html): Html | undefined =>
  value === undefined || value === null || value === false || value === '' ? undefined : show(value);
