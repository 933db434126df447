import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, objectsOf, outlinesOf, raster, runsOfPolygons, runsOfRaster } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlideError } from '../slide-error.js';
import type { GeoJsonFeature } from './feature.js';
import { readGeoJson } from './read-geojson.node.js';
import { createGeoJsonWriter } from './write-geojson.node.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-geojson-'));
  path = join(folder, 'a.geojson');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(features: readonly GeoJsonFeature[]): Promise<void> {
  const writer = await createGeoJsonWriter(path);
  for (const feature of features) await writer.write(feature);
  await writer.close();
}

async function read(): Promise<GeoJsonFeature[]> {
  const found: GeoJsonFeature[] = [];
  for await (const feature of readGeoJson(path)) found.push(feature);
  return found;
}

async function readText(text: string | Uint8Array): Promise<GeoJsonFeature[]> {
  await writeFile(path, text);
  return read();
}

describe('text in other encodings', () => {
  const text = (name: string): string => JSON.stringify({ type: 'Feature', properties: { name }, geometry: null });

  it('is UTF-16, in however many pieces, or an error', async () => {
    const long = `ä${'ö'.repeat(300_000)}\uFFFD`;
    for (const form of [`\uFEFF${text(long)}`, text(long)]) {
      expect((await readText(Buffer.from(form, 'utf16le')))[0]?.name).toBe(long);
    }
    expect((await readText(text(long)))[0]?.name).toBe(long);
    await expect(readText(Buffer.from(text('ä'), 'latin1'))).rejects.toThrow(
      'this is not JSON (a string is not UTF-8, byte 39); save the file as UTF-8',
    );
    await expect(readText(Buffer.from(text('ä'), 'utf16le').subarray(0, -1))).rejects.toThrow('damaged UTF-16');
  });
});

describe('what is written', () => {
  it('comes back', async () => {
    const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 9 })
      .map((corners) => Float64Array.from(corners.flat(), (value) => value + 0));
    const byte = fc.integer({ min: 0, max: 255 });
    const feature = fc.record({
      polygons: fc.array(fc.record({ rings: fc.array(ring, { minLength: 1, maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      name: fc.string({ minLength: 1 }),
      colour: fc.tuple(byte, byte, byte),
      measurements: fc.dictionary(
        fc.string(),
        coordinate.map((value) => value + 0),
      ),
      id: fc.uuid(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(feature, { maxLength: 4 }), async (features) => {
        await write(features);
        const back = await read();
        const open = (list: Float64Array): Float64Array => list.subarray(0, list.length - 2);
        expect(
          back.map((one) => ({ ...one, polygons: one.polygons.map(({ rings }) => ({ rings: rings.map(open) })) })),
        ).toEqual(
          features.map((one) => ({
            ...one,
            polygons: one.polygons.map(({ rings }) => ({ rings: rings.map(unclosed) })),
          })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is the mask, exactly', async () => {
    const side = fc.integer({ min: 1, max: 24 });
    await fc.assert(
      fc.asyncProperty(side, side, fc.nat(), async (width, height, seed) => {
        const random = createRandom(seed);
        const share = random.next();
        const label = (): number => (random.chance(share) ? 1 + random.int(2) : 0);
        const mask = runsOfRaster(raster(width, height, 1, Uint8Array.from({ length: width * height }, label)));
        const outlines = outlinesOf(mask, objectsOf(mask));
        await write(outlines.map((polygons) => ({ polygons, name: `${polygons[0]?.label}` })));
        const found = (await read()).flatMap(({ polygons, name }) => {
          return polygons.map(({ rings }) => ({ label: Number(name), rings }));
        });
        expect(runsOfPolygons(found, width, height)).toEqual(mask);
      }),
      { numRuns: 100 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A ring whose last corner is its first is written once closed. */
function unclosed(ring: Float64Array): Float64Array {
  const closed = ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
  return closed ? ring.subarray(0, ring.length - 2) : ring;
}

describe('readGeoJson', () => {
  const geometry = '"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4]]]}';
  const feature = (properties: string): string => `{"type":"Feature",${geometry},"properties":${properties}}`;

  it.each([
    ['a collection', (one: string) => `{"type":"FeatureCollection","features":[${one}]}`],
    [
      'a collection that says so last',
      (one: string) => `{"crs":{"features":[1]},"features" : [\n${one}\n] ,"type":"FeatureCollection"}`,
    ],
    ['an array', (one: string) => ` [ ${one} ] `],
    ['a feature', (one: string) => one],
    ['a byte order mark', (one: string) => `\ufeff[${one}]`],
  ])('reads %s', async (_, around) => {
    const found = await readText(around(feature('{"classification":{"name":"glomerulus"}}')));
    expect(found).toEqual([
      { polygons: [{ rings: [Float64Array.of(0, 0, 4, 0, 4, 4)] }], name: 'glomerulus', measurements: {} },
    ]);
  });

  it.each([
    [
      '{"classification":{"name":"a","colorRGB":-3140401},"measurements":[{"name":"b","value":2}]}',
      'a',
      [208, 20, 207],
    ],
    [
      '{"classification":{"names":["Glomerulus","Sclerotic"],"color":[1,2,3]},"measurements":{"b":2,"c":NaN}}',
      'Glomerulus: Sclerotic',
      [1, 2, 3],
    ],
    ['{"classification":"a","measurements":{"b":2}}', 'a', undefined],
    ['{"name":"a","measurements":{"b":2}}', 'a', undefined],
  ])('understands %s', async (properties, name, colour) => {
    expect(await readText(`[${feature(properties)}]`)).toMatchObject([{ name, colour, measurements: { b: 2 } }]);
  });

  it('says why something has no area', async () => {
    const square = '[[[0,0],[4,0],[4,4],[0,0]]]';
    const wanted: [geometry: string, polygons: number, why: string | undefined][] = [
      ['{"type":"Point","coordinates":[1,2]}', 0, 'points'],
      ['{"type":"LineString","coordinates":[[1,2],[3,4]]}', 0, 'lines'],
      ['null', 0, 'without geometry'],
      ['{"type":"Polygon","coordinates":[]}', 0, 'empty'],
      ['{"type":"MultiPolygon","coordinates":[[[]]]}', 0, 'empty'],
      [`{"type":"Polygon","coordinates":${square}}`, 1, undefined],
      ['{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}', 0, 'points'],
      ['{"type":"GeometryCollection","geometries":[]}', 0, 'empty'],
      [
        `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":${square}}]}]}`,
        1,
        undefined,
      ],
    ];
    const found = await readText(`[${wanted.map(([geometry]) => `{"type":"Feature","geometry":${geometry}}`).join()}]`);
    expect(found.map(({ polygons, withoutArea }) => [polygons.length, withoutArea])).toEqual(
      wanted.map(([, count, why]) => [count, why]),
    );
  });

  it('takes geometries that stand alone', async () => {
    const square = '{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}';
    for (const [text, count] of [
      [square, 1],
      [`{"type":"GeometryCollection","geometries":[${square},${square}]}`, 2],
      [`[${square}]`, 1],
      [`{"type":"Feature","properties":{"classification":{"name":"a"}},"geometry":${square}}`, 1],
    ] as const) {
      const found = await readText(text);
      expect(found.map(({ polygons }) => polygons.length)).toEqual(new Array(count).fill(1));
    }
  });

  it("tells a class from an object's name", async () => {
    const named = [
      '{"objectType":"annotation","name":"Glomerulus 3"}',
      '{"classification":null,"name":"Glomerulus 3"}',
      '{"name":"glomerulus"}',
      '{"classifications":["Glomerulus","Sclerotic"]}',
      '{"classification":{"name":"Glom","colorRGB":-1},"isLocked":true,"name":"x"}',
      '{"group":"Glom","label":{"value":"no 3"},"type":"polyline"}',
      '{"label":{"value":"Tubule"}}',
      '{"objectType":"annotation","group":"Glom"}',
    ];
    const found = await readText(`[${named.map((properties) => feature(properties)).join()}]`);
    expect(found.map(({ name }) => name)).toEqual([
      undefined,
      undefined,
      'glomerulus',
      'Glomerulus: Sclerotic',
      'Glom',
      'Glom',
      'Tubule',
      undefined,
    ]);
  });

  it.each([
    ['', 'this is not JSON (the text ends early, byte 0)'],
    ['[{}', 'this is not JSON (the text ends early, byte 3)'],
    ['[{"geometry":{}},]', 'this is not JSON (a feature is missing, byte 17)'],
    ['[,{}]', 'a feature is missing, byte 1'],
    ['[{"geometry":{}} {}]', 'something follows the value, byte 17'],
    ['[{"geometry":{}}, {"geometry" 1}]', '":" is missing, byte 30'],
    ['[{"geometry":{}}] x', 'something follows the value, byte 18'],
    ['{"features":[{"geometry":{}}],"type":"FeatureCollection"', 'the text ends early, byte 56'],
    ['{"features":[{"geometry":{}}],"type":"Topology"}', 'this is not GeoJSON: there are no features'],
    ['{"type":"FeatureCollection","features":{}}', 'there are no features'],
    ['7', 'there are no features'],
    ['[7]', 'feature 0: it is no object'],
    ['[{"geometry":{}},{"geometry":{"type":"Curve"}}]', 'feature 1: its geometry has the type "Curve"'],
    ['[{"geometry":{"type":"Polygon"}}]', 'feature 0: its coordinates are not rings of points'],
    ['[{"geometry":{"type":"Polygon","coordinates":[[[[1,2]]]]}}]', 'not rings'],
    ['[{"geometry":{"type":"MultiPolygon","coordinates":[[[1,2]]]}}]', 'not rings'],
  ])('says what is wrong with %s', async (text, problem) => {
    await expect(readText(text)).rejects.toThrow(problem);
    await expect(readText(text)).rejects.toMatchObject({ subject: path, code: 'bad-input' });
  });

  it('reads damaged files or says in one sentence what is wrong', async () => {
    const sound = `{"type":"FeatureCollection","features":[${feature('{"measurements":{"b":2}}')},\n${feature('null')}]}`;
    const damage = fc.tuple(
      fc.nat(sound.length - 1),
      fc.nat(3),
      fc.constantFrom('', '[', ']', '{', '}', '"', ',', '1', '\\'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        let text = sound;
        for (const [at, gone, put] of damages) text = text.slice(0, at) + put + text.slice(at + gone);
        const error: unknown = await readText(text).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error === undefined || error instanceof SlideError).toBe(true);
        // Whatever is no JSON is refused; what is may still be no GeoJSON.
        if (!isJson(text)) expect(error).toBeInstanceOf(SlideError);
      }),
      { numRuns: 500 },
    );
  });

  it('says that there is no file', async () => {
    await expect(readGeoJson(join(folder, 'none')).next()).rejects.toMatchObject({ code: 'not-found' });
    await expect(readGeoJson(folder).next()).rejects.toThrow('it is a folder');
  });

  it('closes the file when nobody reads on', async () => {
    await readText(`[${Array.from({ length: 9 }, () => feature('{}')).join()}]`);
    for (let i = 0; i < 50; i++) for await (const { name } of readGeoJson(path)) if (name === undefined) break;
    expect((await readdir('/proc/self/fd').catch(() => [])).length).toBeLessThan(50);
  });
});
