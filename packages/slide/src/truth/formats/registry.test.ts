/** What a file is told to be. */
import { expect, it } from 'vitest';
import { formatOf } from './registry.node.js';

it.each([
  [
    Uint8Array.of(0xac, 0xed, 0, 5, 1),
    "QuPath's .qpdata, which only QuPath reads; in QuPath: File, Export objects as GeoJSON",
  ],
  [Uint8Array.of(0x50, 0x4b, 3, 4), 'ZIP'],
  [Buffer.from('<svg/>'), 'its root is <svg>; annotations are read from GeoJSON, ImageScope XML'],
  [Buffer.from('id,rle'), 'this is not JSON and not XML'],
  [Buffer.from('{"id":"a","annotations":[{"type":"glomerulus"'), 'polygons.jsonl of HuBMAP 2023'],
  [Buffer.from('{"type":"Feature"}\n{"type":"Feature"}\n'), 'this is JSON Lines, one value in each line'],
  [Buffer.from('{"info":{},"images":[]}'), 'JSON of another kind: its outermost keys are "info", "images"'],
])('says what %s is', (bytes, says) => {
  expect(() => formatOf(bytes, 'a')).toThrow(says);
});

it('takes no list of records for lines of polygons', () => {
  expect(formatOf(Buffer.from('[{"id":1,"annotations":[{"id":2}],"data":{}}]'), 'a').name).toBe('COCO JSON');
});
