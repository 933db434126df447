import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRle, dice, intersectCounts, runsOfPolygons, runsOfRle } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { readGeoJson } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pixelModel } from '../../../tests/fakes.js';
import { bright, type SmallTable, smallTable } from '../../../tests/small-table.js';
import { predictTable } from '../../predict/predict-table.node.js';

let table: SmallTable;
beforeEach(async () => {
  table = await smallTable();
});
afterEach(() => table.remove());

const options = () => ({ out: table.out, all: true });
const objects = async () => (await readCsv(join(table.out, 'objects.csv'))).rows.map(({ cells }) => cells);
const features = async (id: string) =>
  JSON.parse(await readFile(join(table.out, `geojson/${id}.geojson`), 'utf8')).features;

describe('objects.csv', () => {
  it('has a line for each object, with its size, shape and place in micrometres and pixels', async () => {
    const rows = table.rows.map((row) => ({ ...row, pixelSize: { x: 0.5, y: 0.5 }, micronsPerPixel: 0.5 }));
    await predictTable(rows, [bright({ micronsPerPixel: 0.5, downsample: undefined })], options());
    const lines = await objects();
    expect(lines.map(({ slide }) => slide)).toEqual(['a', 'b']);
    for (const [i, radius] of [20, 30].entries()) {
      const line = lines[i] ?? {};
      const number = (name: string): number => Number(line[name]);
      expect(line).toMatchObject({ class: 'glomerulus', circularity_unit: 'um', model_agreement: '' });
      expect(number('area_um2')).toBeCloseTo(number('area_px') / 4, 6);
      expect(number('area_px') / (Math.PI * radius ** 2)).toBeCloseTo(1, 1);
      expect(number('perimeter_um') / (Math.PI * radius)).toBeCloseTo(1, 1);
      expect(number('equivalent_diameter_um')).toBeCloseTo(Math.sqrt((4 * number('area_um2')) / Math.PI), 5);
      expect(number('circularity')).toBeCloseTo((4 * Math.PI * number('area_um2')) / number('perimeter_um') ** 2, 6);
      expect(number('circularity')).toBeCloseTo(1, 1);
      // Pixel (60, 45) of the picture is the centre of the disc; its own centre lies half a pixel further.
      expect([number('centroid_x_px'), number('centroid_y_px')]).toEqual([60.5, 45.5]);
      expect([number('centroid_x_um'), number('centroid_y_um')]).toEqual([30.25, 22.75]);
      expect(number('box_x_px') + number('box_width_px') / 2).toBe(60.5);
      expect(number('mean_probability')).toBeGreaterThan(0.9);
    }
  });

  it('says the same as the GeoJSON, under the same id', async () => {
    await predictTable(table.rows, [bright(), bright()], options());
    const lines = await objects();
    const written = [...(await features('a')), ...(await features('b'))];
    expect(written.map(({ id }: { id: string }) => id)).toEqual(lines.map(({ object }) => object));
    expect(new Set(lines.map(({ object }) => object)).size).toBe(2);
    const pairs = {
      'Area px^2': 'area_px',
      'Perimeter px': 'perimeter_px',
      'Equivalent diameter px': 'equivalent_diameter_px',
      Circularity: 'circularity',
      'Centroid X px': 'centroid_x_px',
      'Centroid Y px': 'centroid_y_px',
      'Mean probability': 'mean_probability',
      'Model agreement': 'model_agreement',
    };
    for (const [i, { properties }] of written.entries()) {
      expect(lines[i]).toMatchObject({ area_um2: '', perimeter_um: '', centroid_x_um: '', circularity_unit: 'px' });
      for (const [name, column] of Object.entries(pairs)) {
        expect(properties.measurements[name]).toBe(Number(lines[i]?.[column]));
      }
      expect(Object.keys(properties.measurements)).toEqual(Object.keys(pairs));
    }
  });

  it('joins what earlier runs finished, in the order of the table, and goes where it is not asked for', async () => {
    await predictTable(table.rows.slice(1), [bright()], options());
    const reversed = [...table.rows].reverse();
    expect((await predictTable(reversed, [bright()], options())).kept).toBe(2);
    expect((await objects()).map(({ slide }) => slide)).toEqual(['b', 'a']);
    await predictTable(table.rows, [bright()], { ...options(), outputs: ['mask'] });
    await expect(objects()).rejects.toThrow('objects.csv');
    await expect(readFile(join(table.out, 'objects/a.csv'))).rejects.toThrow('ENOENT');
  });

  it('keeps classes with commas and ids that look like formulas apart from the rest of the line', async () => {
    const model = pixelModel(({ value }, c) => (c === 0 ? (value - 0.5) * 10 : -9), { classes: ['a, "b"', 'c'] });
    const rows = table.rows.slice(0, 1).map((row) => ({ ...row, id: '=a' }));
    const { submissions } = await predictTable(rows, [model], options());
    expect(await objects()).toMatchObject([{ slide: '=a', class: 'a, "b"', circularity_unit: 'px' }]);
    // People open the one, programs read the other.
    expect(await readFile(join(table.out, 'objects.csv'), 'utf8')).toContain("\n'=a,");
    expect(await readFile(join(table.out, submissions[0] ?? ''), 'utf8')).toContain('\n=a,');
  });
});

describe('outlines in GeoJSON', () => {
  const maskOf = async (id: string) => {
    const polygons = [];
    for await (const feature of readGeoJson(join(table.out, `geojson/${id}.geojson`))) {
      for (const { rings } of feature.polygons) polygons.push({ label: 1, rings });
    }
    return runsOfPolygons(polygons, 120, 90);
  };
  const codeOf = async (id: string) =>
    JSON.parse(await readFile(join(table.out, `slides/${id}.json`), 'utf8')).codes[0];

  it('are the mask again where that is asked for', async () => {
    await predictTable(table.rows, [bright()], { ...options(), outlines: 'exact' });
    for (const id of ['a', 'b']) expect(await maskOf(id)).toEqual(runsOfRle(await codeOf(id), 120, 90));
    expect((await features('b'))[0].properties).not.toHaveProperty('metadata');
  });

  it('have fewer corners else, within a distance that the file states', async () => {
    await predictTable(table.rows, [bright()], { ...options(), outlines: 'exact' });
    const exact = (await features('b'))[0];
    await predictTable(table.rows, [bright()], options());
    const [simple] = await features('b');
    expect(simple.id).toBe(exact.id);
    expect(simple.properties.measurements).toEqual(exact.properties.measurements);
    expect(simple.geometry.coordinates[0].length).toBeLessThan(exact.geometry.coordinates[0].length / 3);
    expect(simple.properties.metadata).toEqual({ 'Outline tolerance px': '1' });
    const truth = runsOfRle(await codeOf('b'), 120, 90);
    expect(dice(intersectCounts(await maskOf('b'), truth, 1))).toBeGreaterThan(0.97);
    expect(decodeRle(await codeOf('b'), 120, 90).data.some((value) => value === 1)).toBe(true);
  });

  it('state the distance in micrometres too, half a pixel of what the network saw', async () => {
    const rows = table.rows.map((row) => ({ ...row, micronsPerPixel: 0.25 }));
    await predictTable(rows, [bright({ micronsPerPixel: 2, downsample: undefined })], options());
    const metadata = { 'Outline tolerance px': '4', 'Outline tolerance µm': '1' };
    expect((await features('b'))[0].properties.metadata).toEqual(metadata);
  });

  it('are refused where no GeoJSON is written', async () => {
    const asked = { ...options(), outputs: ['mask'], outlines: 'exact' } as const;
    await expect(predictTable(table.rows, [bright()], asked)).rejects.toThrow(
      /outlines: without geojson, dicom-sr or dicom-ann, "exact" does nothing/,
    );
  });
});
