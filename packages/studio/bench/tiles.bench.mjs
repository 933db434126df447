/**
 * Tiles per second through the server, against tile servers on OpenSlide's DeepZoomGenerator (python3-openslide) and, where it is installed,
 * large_image: the same random places of several levels, over as many connections as a browser has, in turns. Then the memory of the server
 * over many tiles.
 *
 *     node packages/studio/bench/tiles.bench.mjs [--side 40000] [--tiles 200] [--rounds 5] [--memory 20000] [--compression jpeg|deflate]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '@ftuseg/core';
import { makePyramid } from './make-pyramid.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values } = parseArgs({
  options: {
    side: { type: 'string', default: '40000' },
    tiles: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    memory: { type: 'string', default: '20000' },
    compression: { type: 'string', default: 'jpeg' },
  },
});
const [side, tiles, rounds, memory] = [values.side, values.tiles, values.rounds, values.memory].map(Number);

/** What browsers open to one host. */
const CONNECTIONS = 6;
const TILE = 256;
/** Bytes of tiles that the server holds while its memory is measured: full long before the end. */
const CACHE_BYTES = 8 << 20;
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const folder = mkdtempSync(join(tmpdir(), 'ftuseg-tiles-bench-'));
const children = [];

/** Starts a server and waits for the line that says where it is; undefined where it cannot run, with its reason. */
function start(name, program, args) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ name, missing: error.message }));
    child.once('exit', () => resolve({ name, missing: said.trim().split('\n').at(-1) }));
    const lines = createInterface({ input: child.stdout });
    const next = () => new Promise((answer) => lines.once('line', (line) => answer(JSON.parse(line))));
    const memory = () => {
      child.stdin.write('\n');
      return next();
    };
    next().then((where) => resolve({ name, memory, ...where }));
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function fetchTile({ base, cookie = '' }, { level, x, y }) {
  return new Promise((resolve, reject) => {
    const request = get(`${base}/${level}/${x}_${y}.jpg`, { agent, headers: { cookie } }, (response) => {
      let bytes = 0;
      response.on('data', (part) => {
        bytes += part.length;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${base}/${level}/${x}_${y}.jpg: ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}

async function fetchAll(server, places) {
  let next = 0;
  let bytes = 0;
  const work = async () => {
    while (next < places.length) bytes += await fetchTile(server, places[next++]);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return { perSecond: (1000 * places.length) / (performance.now() - began), kilobytes: bytes / places.length / 1000 };
}

/** Random places: half at the last level, the others over the five above it, as somebody who looks around asks for them. */
function placesOf(count, seed) {
  const random = createRandom(seed);
  const last = Math.ceil(Math.log2(side));
  return Array.from({ length: count }, () => {
    const level = random.next() < 0.5 ? last : last - 1 - Math.floor(5 * random.next());
    const across = Math.ceil(Math.ceil(side / 2 ** (last - level)) / TILE);
    return { level, x: Math.floor(across * random.next()), y: Math.floor(across * random.next()) };
  });
}

/** Tiles at the right and lower borders of these levels: they alone are cut from decoded blocks, and the reader keeps a block from the second time on. */
function borders() {
  const last = Math.ceil(Math.log2(side));
  return Array.from({ length: 6 }, (_, i) => last - i).flatMap((level) => {
    const across = Math.ceil(Math.ceil(side / 2 ** (last - level)) / TILE);
    return Array.from({ length: across }, (_, i) => [
      { level, x: across - 1, y: i },
      { level, x: i, y: across - 1 },
    ]).flat();
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const studio = (path, cache) =>
  start('ftu studio', process.execPath, [
    '--expose-gc',
    here('tile-server.mjs'),
    path,
    join(folder, `work-${cache}`),
    String(cache),
  ]);

try {
  const path = join(folder, 'slide.tif');
  console.log(
    `${side} x ${side} px, ${values.compression}, tiles of ${TILE} px: ${(await makePyramid(path, side, TILE, values.compression)).toFixed(0)} s to make`,
  );
  const servers = await Promise.all([
    studio(path, 256 << 20),
    ...['openslide', 'large_image'].map((name) =>
      start(name, PYTHON, [here('tile_server.py'), name, path, String(TILE)]),
    ),
  ]);
  const running = servers.filter(({ missing }) => missing === undefined);
  for (const { name, missing } of servers) if (missing !== undefined) console.log(`${name}: not compared (${missing})`);
  const speeds = new Map(running.map(({ name }) => [name, []]));
  const sizes = new Map();
  for (const server of running) await fetchAll(server, placesOf(tiles, 0));
  for (let round = 0; round < rounds; round++) {
    // New places each time: nobody has them in a cache.
    for (const server of running) {
      const { perSecond, kilobytes } = await fetchAll(server, placesOf(tiles, round + 1));
      speeds.get(server.name).push(perSecond);
      sizes.set(server.name, kilobytes);
    }
  }
  const ours = median(speeds.get('ftu studio'));
  for (const [name, all] of speeds) {
    const speed = median(all);
    const ratio = name === 'ftu studio' ? '' : `, ftu studio has ${(ours / speed).toFixed(1)} times as many`;
    console.log(
      `${name}: ${speed.toFixed(0)} tiles/s (${all.map((one) => one.toFixed(0)).join(', ')}), ${sizes.get(name).toFixed(1)} kB each${ratio}`,
    );
    if (speed > ours) process.exitCode = 1;
  }
  const server = await studio(path, CACHE_BYTES);
  // Both caches full beforehand: that of tiles (by the places between) and the reader's of decoded blocks, 64 MiB for a slide.
  for (const places of [borders(), placesOf(Math.ceil(CACHE_BYTES / 2500), 999), borders()])
    await fetchAll(server, places);
  const seen = [];
  const step = Math.max(1, Math.floor(memory / 20));
  for (let done = 0; done < memory; done += step) {
    await fetchAll(server, placesOf(step, 1000 + done));
    seen.push(await server.memory());
  }
  const list = (key) => seen.map((one) => one[key].toFixed(0)).join(' ');
  const growth = (key) => {
    const [second, last] = [seen.slice(5, 10), seen.slice(15)].map((some) => median(some.map((one) => one[key])));
    return last / second;
  };
  console.log(
    `memory over ${memory} tiles, the caches full beforehand (${CACHE_BYTES >> 20} MiB of tiles, 64 MiB of decoded blocks), last quarter over second quarter:`,
  );
  console.log(`  held after a collection, ${growth('held').toFixed(2)}: ${list('held')} MB`);
  console.log(`  resident, ${growth('resident').toFixed(2)}: ${list('resident')} MB`);
  if (growth('held') > 1.15 || growth('resident') > 1.15) process.exitCode = 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
