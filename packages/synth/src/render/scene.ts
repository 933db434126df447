/**
 * A scene answers "what lies here" for one slide and remembers the answers, since neighbouring tiles ask alike.
 * Blocks are computed from their own surroundings only, so forgetting one never changes a picture.
 */
import type { Area } from '../ground/area.js';
import { grown, overlaps, square } from '../ground/area.js';
import { FILLER_REACH, fillerBlock } from '../ground/fillers.js';
import { isSolid, type Landmark, landmarkBlock, MAX_REACH } from '../ground/landmarks.js';
import type { Layout } from '../ground/layout.js';
import { type Nucleus, tubuleNuclei } from '../structures/nuclei.js';
import { type Tubule, tubuleBlock, tubuleBlocks } from '../tubules/tubules.js';

const LANDMARK_BLOCK = 1000;
const MAX_BLOCKS = 20_000;

export class Scene {
  readonly layout: Layout;
  private readonly landmarkBlocks = new Map<number, readonly Landmark[]>();
  private readonly fillerBlocks = new Map<number, readonly Landmark[]>();
  private readonly tubuleBlocks = new Map<number, readonly Tubule[]>();
  private readonly rings = new WeakMap<Tubule, readonly Nucleus[]>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** Landmarks whose outline may touch the area (micrometres), in an order that does not depend on it. */
  landmarksIn(area: Area): Landmark[] {
    const found = this.basesIn(area);
    if (this.layout.castRate === 0 && this.layout.scarRate === 0) return found;
    eachBlock(area, (i, j, block) => {
      const fillers = remembered(this.fillerBlocks, i, j, () =>
        fillerBlock(this.layout, block, this.basesIn(grown(block, FILLER_REACH))),
      );
      for (const mark of fillers) if (touches(mark, area)) found.push(mark);
    });
    return found;
  }

  /** The landmarks that every slide has: the truth is among them. */
  private basesIn(area: Area): Landmark[] {
    const found: Landmark[] = [];
    eachBlock(area, (i, j, block) => {
      for (const mark of remembered(this.landmarkBlocks, i, j, () => landmarkBlock(this.layout, block))) {
        if (touches(mark, area)) found.push(mark);
      }
    });
    return found;
  }

  /** Tubules that may touch the area (micrometres), in an order that does not depend on it. */
  tubulesIn(area: Area): Tubule[] {
    const found: Tubule[] = [];
    for (const { i, j } of tubuleBlocks(this.layout, area)) {
      const block = remembered(this.tubuleBlocks, i, j, () => tubuleBlock(this.layout, this, i, j));
      for (const tubule of block) if (overlaps(tubule.area, area)) found.push(tubule);
    }
    return found;
  }

  /** The nuclei in the wall of a tubule. */
  nucleiOf(tubule: Tubule): readonly Nucleus[] {
    const known = this.rings.get(tubule);
    if (known !== undefined) return known;
    const neighbours = this.tubulesIn(tubule.area).filter((other) => other.seed !== tubule.seed);
    const solid = this.landmarksIn(tubule.area).filter(isSolid);
    const nuclei = tubuleNuclei(this.layout, tubule, neighbours, solid);
    this.rings.set(tubule, nuclei);
    return nuclei;
  }
}

function remembered<T>(cache: Map<number, T>, i: number, j: number, make: () => T): T {
  const key = (i + 2 ** 20) * 2 ** 21 + j + 2 ** 20;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MAX_BLOCKS) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}

function touches({ outline: { x, y, reach } }: Landmark, area: Area): boolean {
  return overlaps(square(x, y, reach), area);
}

/** Calls `visit` for every block of landmarks that may touch the area, row by row. */
function eachBlock(area: Area, visit: (i: number, j: number, block: Area) => void): void {
  const first = Math.floor((area.x0 - MAX_REACH) / LANDMARK_BLOCK);
  const last = Math.floor((area.x1 + MAX_REACH) / LANDMARK_BLOCK);
  const bottom = Math.floor((area.y1 + MAX_REACH) / LANDMARK_BLOCK);
  for (let j = Math.floor((area.y0 - MAX_REACH) / LANDMARK_BLOCK); j <= bottom; j++) {
    for (let i = first; i <= last; i++) {
      const [x0, y0] = [i * LANDMARK_BLOCK, j * LANDMARK_BLOCK];
      visit(i, j, { x0, y0, x1: x0 + LANDMARK_BLOCK, y1: y0 + LANDMARK_BLOCK });
    }
  }
}
