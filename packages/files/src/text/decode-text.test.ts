import { describe, expect, it } from 'vitest';
import { decodeText, unicodeForm } from './decode-text.js';

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('decodeText', () => {
  it.each([
    ['utf-8', Buffer.from('id,ä')],
    ['utf-8', Buffer.from('\uFEFFid,ä')],
    ['utf-16le', Buffer.from('\uFEFFid,ä', 'utf16le')],
    ['utf-16le', Buffer.from('id,ä', 'utf16le')],
    ['utf-16be', bigEndian('\uFEFFid,ä')],
    ['utf-16be', bigEndian('id,ä')],
  ])('reads %s, with a mark and without', (form, bytes) => {
    expect(unicodeForm(bytes)).toBe(form);
    expect(decodeText(bytes, 'x')).toBe('id,ä');
  });

  it('takes no numbers for letters', () => {
    expect(unicodeForm(Uint8Array.of(16, 0, 0, 0))).toBe('utf-8');
    expect(unicodeForm(Uint8Array.of(0x49, 0x49, 42, 0))).toBe('utf-8');
    expect(unicodeForm(new Uint8Array(0))).toBe('utf-8');
  });

  it('names the line that is in another encoding', () => {
    expect(() => decodeText(Buffer.from('a\nb\nKöln\n', 'latin1'), 't.csv')).toThrow('t.csv: line 3 is not UTF-8');
    expect(() => decodeText(Buffer.from('Köln', 'latin1'), 't.csv')).toThrow('t.csv: line 1 is not UTF-8');
    expect(() => decodeText(Buffer.from([0xff, 0xfe, 65]), 't.csv')).toThrow('t.csv: the text is damaged UTF-16');
  });
});
