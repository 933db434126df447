import { encodeNpy, FtuError } from '@ftuseg/core';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readNpz } from './npz.js';

const array = encodeNpy({ shape: [2, 300], data: new Float32Array(600).fill(1.5) });

describe('readNpz', () => {
  it.each([0, 9] as const)('reads arrays at compression level %i and skips other files', (level) => {
    const zip = zipSync({ 'a.kernel.npy': array, 'README.txt': new Uint8Array(3) }, { level });
    const arrays = readNpz(zip);
    expect([...arrays.keys()]).toEqual(['a.kernel']);
    expect(arrays.get('a.kernel')?.shape).toEqual([2, 300]);
    expect(arrays.get('a.kernel')?.data).toEqual(new Float32Array(600).fill(1.5));
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('not a zip archive at all, but long enough to hold one')],
    ['half an archive', zipSync({ 'a.npy': array }).subarray(0, 60)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readNpz(bytes, 'w.npz')).toThrow(/^w\.npz: not an \.npz file/);
  });

  it('refuses a size that deflate cannot reach', () => {
    const zip = zipSync({ 'a.npy': array }, { level: 9 });
    const view = new DataView(zip.buffer);
    for (let at = 0; at < zip.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 2_000_000_000, true);
    }
    expect(() => readNpz(zip)).toThrow(/claims to unpack to 2000000000 bytes/);
  });

  it('refuses a file that is no array, naming it', () => {
    expect(() => readNpz(zipSync({ 'b.npy': new Uint8Array(200) }), 'w.npz')).toThrow(/w\.npz: b\.npy: /);
    expect(() => readNpz(zipSync({ 'b.npy': new Uint8Array(200) }))).toThrow(FtuError);
  });
});
