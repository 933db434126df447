/**
 * Tubules as they are cut by the section: rounds, ovals and bends that fill the plane.
 * A warped hexagonal lattice is cut into blocks and each block into random paths; a path is the centre line of one tubule.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import { type Area, grown, square } from '../ground/area.js';
import type { Landmark } from '../ground/landmarks.js';
import type { Layout } from '../ground/layout.js';
import { hashCell, hashUnit } from '../ground/noise.js';
import { newProbe, probeOutline } from '../ground/outline.js';
import { boundingArea, type Point, smoothLine, toSegments } from './centre-line.js';
import { drawKind, type TubuleKind, type TubuleLook, tubuleLooks } from './tubule-kinds.js';
import { COLUMNS, PITCH, paths } from './tubule-paths.js';

export interface Tubule {
  readonly kind: TubuleKind;
  readonly look: TubuleLook;
  readonly seed: number;
  /** Centre line as segments: start x, start y, vector x, vector y, 1 / squared length, one after the other. */
  readonly segments: Float64Array;
  readonly radius: number;
  /** Lumen radius over tubule radius; 0 where the section misses the lumen. */
  readonly lumen: number;
  /** How much the lumen's share narrows and widens along the tubule. */
  readonly pinch: number;
  /** Factors of this tubule's stain, about 1. */
  readonly schiff: number;
  readonly hematoxylin: number;
  readonly filling: number;
  /** What it may cover, its reach included. */
  readonly area: Area;
}

/** Where a block looks up the landmarks that its tubules must avoid. */
export interface LandmarkSource {
  landmarksIn(area: Area): readonly Landmark[];
}

const ROW = PITCH * 0.88;
const ROWS = 3;
const WARP = 45;
const WARP_SCALE = 340;
/** Pixels farther than this from a tubule's own wall are not influenced by it. */
export const INFLUENCE = 22;
/** No tubule's area extends farther than this from the middle of its block. */
const EXTENT = 320;

/** Indices of every block whose tubules may touch the area, row by row. */
export function tubuleBlocks(layout: Layout, area: Area): { i: number; j: number }[] {
  const { scale } = layout.tubules;
  const { x0, y0, x1, y1 } = grown(area, scale * EXTENT + WARP);
  const u = [x0, x1].flatMap((x) => [y0, y1].map((y) => x * layout.cos + y * layout.sin));
  const v = [x0, x1].flatMap((x) => [y0, y1].map((y) => y * layout.cos - x * layout.sin));
  const wide = scale * PITCH * COLUMNS;
  const high = scale * ROW * ROWS;
  const blocks: { i: number; j: number }[] = [];
  const bottom = Math.floor(Math.max(...v) / high);
  const right = Math.floor(Math.max(...u) / wide);
  for (let j = Math.floor(Math.min(...v) / high); j <= bottom; j++) {
    for (let i = Math.floor(Math.min(...u) / wide) - 1; i <= right; i++) blocks.push({ i, j });
  }
  return blocks;
}

/** The tubules of one block of COLUMNS x ROWS lattice cells. */
export function tubuleBlock(layout: Layout, landmarks: LandmarkSource, i: number, j: number): Tubule[] {
  const seed = hashCell(mixSeeds(layout.seed, 5), i, j);
  const random = createRandom(seed);
  const shift = createRandom(mixSeeds(layout.seed, 6, j)).next() * PITCH * COLUMNS;
  const { scale } = layout.tubules;
  const sites: Point[] = [];
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const u = (i * COLUMNS + column + ((j * ROWS + row) & 1) / 2 + random.uniform(-0.24, 0.24)) * PITCH + shift;
      const v = (j * ROWS + row + random.uniform(-0.24, 0.24)) * ROW;
      sites.push(warp(layout, scale * (u * layout.cos - v * layout.sin), scale * (u * layout.sin + v * layout.cos)));
    }
  }
  const middle = sites[COLUMNS + COLUMNS / 2] ?? { x: 0, y: 0 };
  const medulla = layout.medulla(middle.x, middle.y);
  const near = landmarks.landmarksIn(square(middle.x, middle.y, scale * EXTENT));
  const unscaled = sites.map(({ x, y }) => ({ x: x / scale, y: y / scale }));
  return paths(random, unscaled, medulla).flatMap((path, index) => {
    const points = path.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
    const tubule = buildTubule(layout, near, points, mixSeeds(seed, index));
    return tubule === undefined ? [] : [tubule];
  });
}

/** Low-frequency displacement, so that the lattice is nowhere seen. */
function warp(layout: Layout, x: number, y: number): Point {
  const { noise } = layout;
  return {
    x: x + WARP * noise.at(x / WARP_SCALE + 51.5, y / WARP_SCALE + 7.7),
    y: y + WARP * noise.at(x / WARP_SCALE + 5.2, y / WARP_SCALE + 93.1),
  };
}

function buildTubule(
  layout: Layout,
  near: readonly Landmark[],
  path: readonly Point[],
  seed: number,
): Tubule | undefined {
  const random = createRandom(seed);
  const centre = path[path.length >> 1] ?? { x: 0, y: 0 };
  const probe = newProbe();
  const inside = (mark: Landmark): boolean => probeOutline(mark.outline, centre.x, centre.y, probe) < 0;
  const nest = near.some((mark) => mark.kind === 'nest' && inside(mark));
  const medulla = layout.medulla(centre.x, centre.y);
  const usual = drawKind(random, { medulla, nest, casts: layout.casts });
  const thyroid = near.some((mark) => mark.kind === 'thyroid' && inside(mark));
  const kind = diseasedKind(layout, usual, centre, { seed, thyroid });
  const { scale, lumens } = layout.tubules;
  const look = scaledLook(tubuleLooks[kind], scale);
  const radius = look.radius * random.uniform(0.88, 1.12);
  const short = kind === 'arteriole' || nest ? path.slice(0, 2) : path;
  const free = clearOf(near, short, radius);
  if (free.length === 0) return undefined;
  const line = smoothLine(random, free);
  const [low, high] = look.lumen;
  const tangential = kind === 'proximal' && random.chance(0.16);
  return {
    kind,
    look,
    seed,
    segments: toSegments(line),
    radius,
    lumen: tangential ? 0 : Math.min(0.85, random.uniform(low, high) * layout.dilation * lumens * (1 - 0.42 * medulla)),
    pinch: kind === 'proximal' ? 0.26 : 0.13,
    schiff: random.uniform(0.8, 1.2),
    hematoxylin: random.uniform(0.8, 1.2),
    filling: look.filling * random.uniform(0.6, 1.4),
    area: boundingArea(line, radius + INFLUENCE),
  };
}

const scaledLook = (look: TubuleLook, scale: number): TubuleLook =>
  scale === 1 ? look : { ...look, radius: look.radius * scale, growth: look.growth * scale };

/** What casts and scars make of a tubule; without these features, the tubule as it is. */
function diseasedKind(
  layout: Layout,
  usual: TubuleKind,
  { x, y }: Point,
  { seed, thyroid }: { readonly seed: number; readonly thyroid: boolean },
): TubuleKind {
  if (thyroid && hashUnit(seed, 3, 1) < 0.88) return 'cast';
  if (layout.castRate > 0 && hashUnit(seed, 3, 2) < 0.12 * layout.castRate) return 'cast';
  return layout.scarRate > 0 && hashUnit(seed, 3, 3) < layout.fibrosis(x, y) ? 'atrophic' : usual;
}

/** Pushes points away from landmarks that they overlap a little; a path that runs into one keeps its longest free part. */
function clearOf(near: readonly Landmark[], path: readonly Point[], radius: number): Point[] {
  const probe = newProbe();
  let best: Point[] = [];
  let run: Point[] = [];
  for (const point of path) {
    let { x, y } = point;
    let blocked = false;
    for (const { kind, outline } of near) {
      if (kind === 'nest' || kind === 'thyroid') continue;
      const distance = probeOutline(outline, x, y, probe);
      const wanted = radius * (kind === 'lymphoid' ? 0.3 : 0.85);
      if (distance >= wanted) continue;
      if (distance < -12 || kind === 'lymphoid') {
        blocked = true;
        break;
      }
      const away = (wanted - distance) / Math.max(1, Math.hypot(x - outline.x, y - outline.y));
      x += (x - outline.x) * away;
      y += (y - outline.y) * away;
    }
    if (blocked) run = [];
    else run.push({ x, y });
    if (run.length > best.length) best = [...run];
  }
  return best;
}
