/** A mask as of a whole slide: glomeruli as ellipses with wavy borders, about 200 px in radius, scattered without touching. */
import { createRandom, runsOfPolygons } from '../dist/index.js';

/** Polygons of `count` glomeruli on a square slide. */
export function glomeruli(side, count) {
  const random = createRandom(7);
  const cells = Math.ceil(Math.sqrt(count));
  const cell = side / cells;
  return Array.from({ length: count }, (_, i) => {
    const radius = Math.min(random.uniform(160, 240), cell / 2.6);
    const [aspect, tilt] = [random.uniform(0.75, 1), random.uniform(0, Math.PI)];
    const room = Math.max(0, cell - 2.6 * radius);
    const x = ((i % cells) + 0.5) * cell + random.uniform(-0.5, 0.5) * room;
    const y = (Math.floor(i / cells) + 0.5) * cell + random.uniform(-0.5, 0.5) * room;
    const waves = [5, 9, 17].map((times) => ({ times, phase: random.uniform(0, 7), size: 0.12 / times + 0.01 }));
    const ring = Float64Array.from({ length: 1440 }, (_, k) => {
      const angle = (Math.floor(k / 2) / 720) * 2 * Math.PI;
      const r = radius * (1 + waves.reduce((sum, w) => sum + w.size * Math.sin(w.times * angle + w.phase), 0));
      const [u, v] = [r * Math.cos(angle), aspect * r * Math.sin(angle)];
      return k % 2 === 0 ? x + u * Math.cos(tilt) - v * Math.sin(tilt) : y + u * Math.sin(tilt) + v * Math.cos(tilt);
    });
    return { label: 1, rings: [ring] };
  });
}

export const glomeruliMask = (side, count) => runsOfPolygons(glomeruli(side, count), side, side);
