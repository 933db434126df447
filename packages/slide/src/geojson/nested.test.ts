import { describe, expect, it } from 'vitest';
import { parseGeoJson } from './read-geojson.node.js';

const ids = ['11111111-2222-4333-8444-555555555555', '21111111-2222-4333-8444-555555555555'] as const;
const geometry = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [4, 0],
      [4, 4],
    ],
  ],
};
const feature = (name: string, inside: object = {}, more: object = {}) => ({
  type: 'Feature',
  geometry,
  properties: { objectType: 'annotation', classification: { name }, ...inside },
  ...more,
});

async function namesIn(value: unknown): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const { name } of parseGeoJson([new TextEncoder().encode(JSON.stringify(value))], 'a.geojson')) {
    names.push(name);
  }
  return names;
}

describe('objects inside others', () => {
  it('follow the outer ones, wherever and however deep a file has them', async () => {
    const cell = feature('Cell');
    const glomerulus = feature('Glomerulus', { childObjects: [cell, cell] });
    const features = [feature('Cortex', { childObjects: [glomerulus, feature('Artery')] }), feature('Medulla')];
    const wanted = ['Cortex', 'Glomerulus', 'Cell', 'Cell', 'Artery', 'Medulla'];
    expect(await namesIn({ type: 'FeatureCollection', features })).toEqual(wanted);
    expect(await namesIn(features)).toEqual(wanted);
    expect(await namesIn(features[0])).toEqual(wanted.slice(0, 5));
    expect(await namesIn([feature('Kidney', {}, { childObjects: [glomerulus] })])).toHaveLength(4);
    expect(await namesIn([feature('Kidney', { children: [glomerulus] })])).toHaveLength(4);
    // Of another program.
    expect(await namesIn([feature('Kidney', { children: 3, childObjects: ['a', { name: 'b' }] })])).toEqual(['Kidney']);
  });

  it('are given once where they stand by themselves as well', async () => {
    const inner = feature('Glomerulus', {}, { id: ids[0] });
    expect(await namesIn([feature('Kidney', { childObjects: [inner] }, { id: ids[1] }), inner])).toEqual([
      'Kidney',
      'Glomerulus',
    ]);
    // Of QuPath 0.2, whose ids are kinds.
    const old = feature('Glomerulus', {}, { id: 'PathAnnotationObject' });
    expect(await namesIn([feature('Kidney', { childObjects: [old] }), old])).toHaveLength(3);
  });

  it('are checked as the others', async () => {
    const broken = { ...feature('Glomerulus'), geometry: { type: 'Polygon', coordinates: [['a']] } };
    await expect(namesIn([feature('Kidney', { childObjects: [broken] })])).rejects.toThrow(
      'feature 0, object 0 inside it: its coordinates are not rings of points',
    );
  });
});
