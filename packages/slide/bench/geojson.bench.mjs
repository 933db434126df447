/**
 * Reading and writing a million corners of GeoJSON, in processes of their own: features one after another against JSON.parse of the
 * whole file (and JSON.stringify), and against Python's json. Then scan conversion of what was read. All take turns.
 *
 *     node packages/slide/bench/geojson.bench.mjs [corners] [rounds]
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, objectsOf, outlinesOf, runsOfPolygons } from '@ftuseg/core';
import { createGeoJsonWriter, readAnnotationRings, readAnnotations } from '../dist/index.js';
import { median, python, timed } from './slides.mjs';

const script = fileURLToPath(import.meta.url);
const [SECONDS, MEGABYTES] = [10, 300];
const SIDE = 40_000;

/** Wavy glomeruli, as many as it takes for so many corners along the edges of their pixels. */
function outlines(corners) {
  const random = createRandom(7);
  const cells = 40;
  const cell = SIDE / cells;
  const polygons = [];
  for (let i = 0, taken = 0; taken < corners && i < cells * cells; i++) {
    const [x, y] = [((i % cells) + 0.5) * cell, (Math.floor(i / cells) + 0.5) * cell];
    const [radius, phase] = [random.uniform(250, 400), random.uniform(0, 7)];
    const ring = Float64Array.from({ length: 4000 }, (_, k) => {
      const angle = (Math.floor(k / 2) / 2000) * 2 * Math.PI;
      const r = radius * (1 + 0.05 * Math.sin(7 * angle + phase) + 0.03 * Math.sin(31 * angle));
      return k % 2 === 0 ? x + r * Math.cos(angle) : y + r * Math.sin(angle);
    });
    const mask = runsOfPolygons([{ label: 1, rings: [ring] }], SIDE, SIDE);
    const found = outlinesOf(mask, objectsOf(mask));
    for (const one of found) {
      for (const { rings } of one) for (const { length } of rings) taken += length / 2;
      polygons.push(one);
    }
  }
  return polygons;
}

const cornersOf = (rings) => rings.reduce((sum, { length }) => sum + length / 2, 0);

/** What a process of its own does with a file; prints how many corners it met, and how long the work itself took. */
const tasks = {
  write: async (path, corners) => {
    const polygons = outlines(corners);
    const began = performance.now();
    const writer = await createGeoJsonWriter(path);
    for (const one of polygons)
      await writer.write({ polygons: one, name: 'glomerulus', measurements: { 'Area px^2': 1 } });
    await writer.close();
    const seconds = (performance.now() - began) / 1000;
    return { seconds, corners: polygons.flat().reduce((sum, { rings }) => sum + cornersOf(rings), 0) };
  },
  stringify: async (path, corners) => {
    const polygons = outlines(corners);
    const began = performance.now();
    const features = polygons.map((one) => ({
      type: 'Feature',
      geometry: {
        type: 'MultiPolygon',
        coordinates: one.map(({ rings }) =>
          rings.map((ring) =>
            Array.from({ length: ring.length / 2 + 1 }, (_, i) => [
              ring[(2 * i) % ring.length],
              ring[(2 * i + 1) % ring.length],
            ]),
          ),
        ),
      },
      properties: { objectType: 'annotation', classification: { name: 'glomerulus' } },
    }));
    writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
    return { seconds: (performance.now() - began) / 1000, corners: 0 };
  },
  rings: async (path) => {
    const began = performance.now();
    const polygons = await readAnnotationRings(path);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, corners: polygons.reduce((sum, { rings }) => sum + cornersOf(rings), 0) };
  },
  points: async (path) => {
    const began = performance.now();
    const polygons = await readAnnotations(path);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, corners: polygons.reduce((sum, { rings }) => sum + rings.flat().length, 0) };
  },
  parse: async (path) => {
    const began = performance.now();
    const { features } = JSON.parse(readFileSync(path, 'utf8'));
    const seconds = (performance.now() - began) / 1000;
    return { seconds, corners: features.reduce((sum, { geometry }) => sum + geometry.coordinates.flat().length, 0) };
  },
  runs: async (path) => {
    const polygons = await readAnnotationRings(path);
    const began = performance.now();
    const mask = runsOfPolygons(polygons, SIDE, SIDE);
    return { seconds: (performance.now() - began) / 1000, corners: mask.starts.length };
  },
};

const PYTHON = `
import json, resource, sys, time
began = time.perf_counter()
features = json.load(open(sys.argv[1]))["features"]
print(json.dumps({"seconds": time.perf_counter() - began, "corners": sum(len(f["geometry"]["coordinates"][0]) for f in features)}))
`;

function compare(corners, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-geojson-'));
  const path = join(folder, 'objects.geojson');
  const node = (task, file = path) => ['node', [script, task, file, String(corners)]];
  const commands = {
    'write, feature by feature': node('write'),
    'write, JSON.stringify': node('stringify', join(folder, 'other.geojson')),
    'read, flat rings': node('rings'),
    'read, lists of points': node('points'),
    'read, JSON.parse': node('parse'),
    'read, Python json.load': [python, ['-c', PYTHON, path]],
    'polygons to runs': node('runs'),
  };
  const took = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [name, [command, args]] of Object.entries(commands)) {
        const { megabytes, output } = timed(command, args);
        took[name].push({ ...JSON.parse(output), megabytes });
      }
    }
    const [{ corners: written }] = took['write, feature by feature'];
    console.log(
      `geojson: ${written} corners, ${(statSync(path).size / 1e6).toFixed(1)} MB, ${rounds} rounds in processes of their own`,
    );
    for (const [name, runs] of Object.entries(took)) {
      const seconds = runs.map((one) => one.seconds);
      const peak = Math.max(...runs.map((one) => one.megabytes));
      const ours = !/JSON|Python/.test(name);
      const met = median(seconds) < SECONDS && peak < MEGABYTES ? 'met' : 'MISSED';
      const target = ours ? `, target ${SECONDS} s and ${MEGABYTES} MB ${met}` : '';
      console.log(
        `  ${name.padEnd(26)} ${median(seconds).toFixed(2)} s (least ${Math.min(...seconds).toFixed(2)}), ${peak.toFixed(0)} MB${target}`,
      );
    }
    const ratio = (name, other) =>
      (median(took[other].map(({ seconds }) => seconds)) / median(took[name].map(({ seconds }) => seconds))).toFixed(2);
    console.log(
      `  ratio theirs / ours: write ${ratio('write, feature by feature', 'write, JSON.stringify')}, read ${ratio('read, flat rings', 'read, JSON.parse')} (JSON), ${ratio('read, flat rings', 'read, Python json.load')} (Python)`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
const task = tasks[first];
if (task === undefined) compare(Number(first ?? 1_000_000), Number(rest[0] ?? 3));
else console.log(JSON.stringify(await task(rest[0], Number(rest[1]))));
