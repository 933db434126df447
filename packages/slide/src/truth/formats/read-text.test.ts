import { describe, expect, it } from 'vitest';
import { xmlText } from './read-text.node.js';

const xml = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?><a b="Glomérulo"/>`;

describe('xmlText', () => {
  it.each(['ISO-8859-1', 'windows-1252', 'latin1'])('reads the encoding that the file declares: %s', (encoding) => {
    expect(xmlText(Buffer.from(xml(encoding), 'latin1'), 'a.xml')).toBe(xml(encoding));
  });

  it('believes the bytes where they are Unicode of another form', () => {
    expect(xmlText(Buffer.from(xml('utf-16')), 'a.xml')).toBe(xml('utf-16'));
    expect(xmlText(Buffer.from(`\uFEFF${xml('utf-8')}`, 'utf16le'), 'a.xml')).toBe(xml('utf-8'));
  });

  it('refuses what it cannot tell', () => {
    expect(() => xmlText(Buffer.from(xml('utf-8'), 'latin1'), 'a.xml')).toThrow('a.xml: line 1 is not UTF-8');
    expect(() => xmlText(Buffer.from(xml('klingon')), 'a.xml')).toThrow('a.xml: its encoding "klingon" is not known');
    expect(() => xmlText(Buffer.from(xml('euc-jp'), 'latin1'), 'a.xml')).toThrow('it is not euc-jp, as it says');
  });
});
