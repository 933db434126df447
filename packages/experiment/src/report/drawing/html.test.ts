import { describe, expect, it } from 'vitest';
import { escapeHtml, html, when } from './html.js';

describe('escapeHtml', () => {
  it('leaves no way out of text or attribute', () => {
    expect(escapeHtml(`<a href="x">'&`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
    expect(escapeHtml('gpj.\u202egnp\u001b[2J')).toBe('gpj.\\u202egnp\\u001b[2J');
  });
});

describe('html', () => {
  it('escapes text at any depth, and what it made itself only once', () => {
    const inner = html`<b>${'<'}</b>`;
    expect(html`<p>${[inner, ['&', 3], undefined]}</p>`.text).toBe('<p><b>&lt;</b>&amp;3</p>');
  });
});

describe('when', () => {
  it('shows what is there, zero included', () => {
    expect(html`${[0, 7].map((value) => when(value, (n) => html`<i>${n}</i>`))}`.text).toBe('<i>0</i><i>7</i>');
    expect(html`${['', undefined, null, false].map((value) => when(value, () => html`x`))}`.text).toBe('');
  });
});
