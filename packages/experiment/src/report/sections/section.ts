/** What every part of the page has: a place in the contents, a heading, and boxes that scroll instead of the page. */
import { type Html, html } from '../drawing/html.js';

export interface Section {
  /** Anchor, unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  /** Parts that the contents list, in order; ids as in the body. */
  readonly parts: readonly { readonly id: string; readonly title: string }[];
}

/**
 * A section of named parts; undefined if there is none.
 * @param show the body of a part, below its heading
 * @example
 * partsSection('steps', 'Steps', plans, (plan) => html`<p>${plan.summary}</p>`);
 */
export function partsSection<T extends { readonly name: string }>(
  id: string,
  title: string,
  items: readonly T[],
  show: (item: T, id: string, index: number) => Html,
  intro?: Html,
): Section | undefined {
  if (items.length === 0) return undefined;
  const parts = items.map((item, i) => ({ id: `${id}-${i + 1}`, title: item.name, item }));
  return {
    id,
    title,
    parts,
    body: html`${intro}${parts.map(
      (part, i) =>
        html`<section class="part"><h3 id="${part.id}">${part.title}</h3>${show(part.item, part.id, i)}</section>`,
    )}`,
  };
}

/** A box that scrolls sideways by itself, with the keyboard too. */
export const scrollBox = (label: string, inside: Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${inside}</div>`;

/** Text for screen readers alone. */
export const spoken = (text: string): Html => html`<span class="spoken">${text}</span>`;

/** Sentences as a list; nothing for none. */
export const sentences = (list: readonly string[]): Html | undefined =>
  list.length === 0 ? undefined : html`<ul class="remarks">${list.map((text) => html`<li>${text}</li>`)}</ul>`;
