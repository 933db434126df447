import { expect, it } from 'vitest';
import { parseFeatures } from '../store/results.js';
import { correctedFeatures } from './corrected-features.js';
import { fileStems } from './local-exports.js';

const named = (name: string) => ({ record: { id: name, name, bytes: 0, opened: 0 } });

it('gives two slides of one name files of their own', () => {
  const names = ['scan.svs', 'scan.tif', 'Scan.svs', 'other', 'scan-2.svs'];
  const stems = fileStems(names.map(named));
  expect(stems).toEqual(['scan', 'scan-2', 'Scan-3', 'other', 'scan-2-2']);
  expect(new Set(stems.map((one) => one.toLowerCase())).size).toBe(names.length);
});

it('writes for QuPath from the corner of what was scanned, and reads it from the corner of the slide', async () => {
  const polygons = [[[401, 1501, 403, 1501, 403, 1503]]];
  const objects = async function* () {
    yield { id: 'a', class: 'glomerulus', polygons };
  };
  const pieces: string[] = [];
  for await (const piece of correctedFeatures(objects(), { decisions: new Map() }, [], [400, 1500])) pieces.push(piece);
  const written = JSON.parse(pieces.join(''));
  expect(written.coordinate_origin).toEqual([400, 1500]);
  expect(written.features[0].geometry.coordinates[0][0]).toEqual([1, 1]);
  const [read] = parseFeatures(written);
  expect(read?.geometry.coordinates[0]?.[0]).toEqual([401, 1501]);
});
