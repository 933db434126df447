/**
 * What one 512 x 512 window of a slide on a server costs in requests and bytes, opening it included, against geotiff.js on the
 * same server. Counts, not times.
 *
 *     node packages/slide/bench/remote.bench.mjs [side of the pyramid]
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { fromUrl } from 'geotiff';
import { openSlide } from '../dist/index.js';
import { pyramid } from './slides.mjs';

const [side = 20000] = process.argv.slice(2).map(Number);
const path = pyramid(side);
const { size } = statSync(path);
let traffic = { requests: 0, bytes: 0 };
const server = createServer(({ headers }, response) => {
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
  const end = Math.min(Number(last), size - 1);
  traffic.requests++;
  traffic.bytes += end - Number(first) + 1;
  response.writeHead(206, {
    'content-range': `bytes ${first}-${end}/${size}`,
    'content-length': end - Number(first) + 1,
  });
  createReadStream(path, { start: Number(first), end }).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/slide.tif`;
const [x, y] = [Math.floor(side * 0.41), Math.floor(side * 0.37)];
const say = (name) => {
  console.log(`  ${name.padEnd(44)} ${traffic.requests} requests, ${(traffic.bytes / 1e3).toFixed(0)} kB`);
  traffic = { requests: 0, bytes: 0 };
};

console.log(`remote: one 512 x 512 window of a pyramid of ${side} x ${side} (${(size / 1e9).toFixed(2)} GB)`);
const slide = await openSlide(address);
say('ftuseg, opening');
await slide.readRegion({ x, y, width: 512, height: 512, downsample: 1 });
say('ftuseg, a window at level 0');
await slide.readRegion({ x, y, width: 2048, height: 2048, downsample: 4 });
say('ftuseg, a window at a downsample of 4');
await slide.close();
const file = await fromUrl(address);
const image = await file.getImage(0);
say('geotiff.js, opening');
await image.readRGB({ window: [x, y, x + 512, y + 512] });
say('geotiff.js, a window at level 0');
server.closeAllConnections();
server.close();
