/** Which sites of a block's lattice one tubule runs through. */
import type { Random } from '@ftuseg/core';
import type { Point } from './centre-line.js';

/** Distance of two sites in a row, micrometres. */
export const PITCH = 42;
/** Sites in a row of a block. */
export const COLUMNS = 6;

/** Cuts the block's sites into paths of neighbours that turn gently; in the medulla they run straight. */
export function paths(random: Random, sites: readonly Point[], medulla: number): Point[][] {
  const taken = new Set<number>();
  const result: Point[][] = [];
  const straight = medulla > 0.5;
  for (const start of random.shuffle(sites.map((_, index) => index))) {
    if (taken.has(start)) continue;
    taken.add(start);
    const path = [start];
    const draw = random.next();
    const length = straight
      ? 3 + random.int(4)
      : draw < 0.4
        ? 1
        : draw < 0.74
          ? 2
          : draw < 0.88
            ? 3
            : 4 + random.int(3);
    for (let end = 0; end < 2; end++) {
      while (path.length < length) {
        const next = step(random, sites, taken, path, straight);
        if (next === undefined) break;
        taken.add(next);
        path.push(next);
      }
      path.reverse();
    }
    result.push(path.flatMap((index) => sites[index] ?? []));
  }
  return result;
}

function step(
  random: Random,
  sites: readonly Point[],
  taken: ReadonlySet<number>,
  path: readonly number[],
  straight: boolean,
): number | undefined {
  const here = path[path.length - 1] ?? 0;
  const from = sites[here];
  const before = sites[path[path.length - 2] ?? -1];
  if (from === undefined) return undefined;
  let best: number | undefined;
  let bestScore = 0;
  sites.forEach((to, index) => {
    if (taken.has(index)) return;
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const distance = Math.hypot(dx, dy);
    if (distance > PITCH * 1.36) return;
    const sameRow = Math.floor(index / COLUMNS) === Math.floor(here / COLUMNS);
    if (straight && !sameRow) return;
    const turn =
      before === undefined
        ? 1
        : (dx * (from.x - before.x) + dy * (from.y - before.y)) /
          (distance * Math.hypot(from.x - before.x, from.y - before.y));
    const score = turn < 0.05 ? 0 : turn + random.next() * 1.5;
    if (score > bestScore) {
      bestScore = score;
      best = index;
    }
  });
  return best;
}
