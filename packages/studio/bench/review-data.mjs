/** Items of predictions whose truth is known, each with what a person would say of it: what the review's bench and its prior are computed from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectedComponents, pixelArea, pixelSize, raster } from '@ftuseg/core';
import { cellOf, readLabelImage, readSlideTable } from '@ftuseg/slide';
import { featuresOf } from '../dist/review/features.js';
import { insideOf } from '../dist/review/measuring/map-window.js';
import { typicalOf, worthReviewing } from '../dist/review/typical.js';
import { measureSlide } from '../dist/server/review/measure-slide.js';
import { openProbabilityMap } from '../dist/server/review/probability-map.js';

/** Above this intersection over union an object is the true one. */
const MATCH = 0.5;

/** The true objects of a label image, as numbers from 1. */
async function truthOf(row) {
  const { width, height, data } = await readLabelImage(row.mask);
  return connectedComponents(
    raster(
      width,
      height,
      1,
      data.map((label) => (label > 0 ? 1 : 0)),
    ),
  );
}

/** Pixels of an item by the true object that they lie in. */
function sharesOf(item, polygons, { labels }) {
  const [x, y, across, down] = item.box;
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  const width = Math.max(1, Math.min(labels.width - left, Math.ceil(across) + 1));
  const height = Math.max(1, Math.min(labels.height - top, Math.ceil(down) + 1));
  const inside = insideOf(polygons, { x: left, y: top, width, height }, { x: 1, y: 1 });
  const shares = new Map();
  let area = 0;
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    area++;
    const label = labels.data[(top + Math.floor(i / width)) * labels.width + left + (i % width)];
    if (label > 0) shares.set(label, (shares.get(label) ?? 0) + 1);
  }
  return { area, shares };
}

/**
 * An object is wrong unless it overlaps a true one by an IoU above 0.5. A ghost is one after all (`outcome` 1) if more than half of it lies in a true object of which
 * objects cover less than half.
 */
function judge(items, outlines, truth) {
  const covered = new Map();
  const found = items.map((item) => {
    const one = sharesOf(item, outlines.get(item.id) ?? item.polygons, truth);
    if (item.kind === 'object')
      for (const [label, pixels] of one.shares) covered.set(label, (covered.get(label) ?? 0) + pixels);
    return one;
  });
  const areaOf = (label) => truth.components[label - 1].area;
  return items.map((item, i) => {
    const { area, shares } = found[i];
    if (item.kind === 'object') {
      const right = [...shares].some(([label, pixels]) => pixels / (area + areaOf(label) - pixels) > MATCH);
      return right ? 0 : 1;
    }
    return [...shares].some(([label, pixels]) => 2 * pixels > area && 2 * (covered.get(label) ?? 0) < areaOf(label))
      ? 1
      : 0;
  });
}

function outlinesOf(path) {
  const { features } = JSON.parse(readFileSync(path, 'utf8'));
  return new Map(
    features.map(({ id, geometry }) => {
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
      return [id, polygons.map((rings) => rings.map((ring) => ring.flat()))];
    }),
  );
}

/** Of each object, the share of the folders' maps that call its pixels foreground: what `model_agreement` is for members. */
async function agreements(items, outlines, id, size, folders) {
  const sums = new Map();
  for (const folder of folders) {
    const map = await openProbabilityMap(join(folder, `probability/${id}.tif`), size, new AbortController().signal);
    const { data } = await map.octets({ x: 0, y: 0, width: map.width, height: map.height }, 1);
    for (const item of items) {
      if (item.kind !== 'object') continue;
      const inside = insideOf(outlines.get(item.id), { x: 0, y: 0, width: map.width, height: map.height }, map.scale);
      let [pixels, yes] = [0, 0];
      for (let i = 0; i < data.length; i++) {
        if (inside[i] === 0) continue;
        pixels++;
        if (data[i] >= 255 * item.threshold) yes++;
      }
      sums.set(item.id, (sums.get(item.id) ?? 0) + (pixels === 0 ? 1 : yes / pixels) / folders.length);
    }
    await map.close();
  }
  return sums;
}

/**
 * @param table with label images in column `mask`
 * @param folders of `ftu predict` with `--outputs probability,geojson,objects`, joined by `+`: objects are the first one's; more stand for an ensemble's members
 * @param minimumUm2 objects below are left out, as `--minimum-area` does
 * @returns items of a set, with `outcome`, `hospital`, `group` and `features`
 */
export async function judgedItems(table, folders, { minimumUm2 = 0, limit = Number.POSITIVE_INFINITY } = {}) {
  const all = [];
  const [folder, ...others] = folders.split('+');
  for (const row of (await readSlideTable(table, { labelled: true })).slice(0, limit)) {
    const file = (name) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
    const geojson = file(`geojson/${row.id}.geojson`);
    if (geojson === undefined) continue;
    const { outcome } = JSON.parse(readFileSync(join(folder, `slides/${row.id}.json`), 'utf8'));
    const map = file(`probability/${row.id}.tif`);
    const { items } = await measureSlide(
      {
        id: row.id,
        size: { width: outcome.width, height: outcome.height },
        pixelUm2: row.micronsPerPixel === undefined ? undefined : pixelArea(pixelSize(row.micronsPerPixel)),
        geojson,
        objects: file(`objects/${row.id}.csv`),
        maps: new Map(map === undefined ? [] : [['glomerulus', map]]),
        thresholds: { glomerulus: 0.5 },
      },
      new AbortController().signal,
    );
    const kept = items.filter(
      (item) => item.kind === 'ghost' || (item.areaUm2 ?? Number.POSITIVE_INFINITY) >= minimumUm2,
    );
    const outlines = outlinesOf(geojson);
    const outcomes = judge(kept, outlines, await truthOf(row));
    const agreed =
      others.length === 0 ? new Map() : await agreements(kept, outlines, row.id, outcome, [folder, ...others]);
    const group = cellOf(row.columns, 'slide') ?? row.id;
    const hospital = cellOf(row.columns, 'centre') ?? 'synthetic';
    all.push(
      ...kept.map((item, i) => ({ ...item, agreement: agreed.get(item.id), outcome: outcomes[i], group, hospital })),
    );
  }
  return withFeatures(all);
}

/** Features of one set: what is usual is counted in it alone, as in the studio. */
export function withFeatures(items) {
  const typical = typicalOf(items);
  return worthReviewing(items, typical).map((item) => ({ ...item, features: featuresOf(item, typical) }));
}
