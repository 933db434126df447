/** Where the nuclei of a glomerulus sit. */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Landmark } from '../ground/landmarks.js';
import type { ValueNoise } from '../ground/noise.js';
import { newProbe, pointAt, probeOutline } from '../ground/outline.js';
import type { Nucleus } from './nuclei.js';
import { drawTuft, newTuftProbe, probeTuft } from './tuft.js';

const NUCLEUS_PITCH = 8.6;

/** Nuclei of the tuft (podocytes, endothelium, mesangium) and the flat ones along the capsule. */
export function glomerulusNuclei(mark: Landmark, noise: ValueNoise): Nucleus[] {
  const { outline } = mark;
  const tuft = drawTuft(mark);
  const random = createRandom(mixSeeds(mark.seed, 12));
  const probe = newProbe();
  const inner = newTuftProbe();
  const where = { outline, tuft, noise };
  const nuclei: Nucleus[] = [];
  const cells = Math.ceil(outline.reach / NUCLEUS_PITCH);
  for (let j = -cells; j <= cells; j++) {
    for (let i = -cells; i <= cells; i++) {
      const x = outline.x + (i + random.uniform(-0.45, 0.45)) * NUCLEUS_PITCH;
      const y = outline.y + (j + random.uniform(-0.45, 0.45)) * NUCLEUS_PITCH;
      const draw = random.next();
      const size = random.uniform(2.5, 3.5);
      const round = random.uniform(0.6, 1);
      const angle = random.uniform(0, Math.PI);
      const density = random.uniform(0.75, 1.15);
      if (draw > tuft.nuclei || probeOutline(outline, x, y, probe) > -4) continue;
      probeTuft(where, probe, x, y, inner);
      const inCrescent = tuft.crescent && inner.distance > 3 && inner.towardsPole < 0.3;
      if (inner.distance > -0.5 && !inCrescent) continue;
      if (inner.lobe > 0 && inner.lobe <= tuft.scarred && draw > 0.12) continue;
      nuclei.push({
        x,
        y,
        long: size / Math.sqrt(round),
        short: size * Math.sqrt(round),
        cos: Math.cos(angle),
        sin: Math.sin(angle),
        density,
      });
    }
  }
  const round = 2 * Math.PI * outline.radius;
  for (let along = random.uniform(0, 20); along < round; along += random.uniform(14, 34)) {
    const c = Math.cos(along / outline.radius);
    const s = Math.sin(along / outline.radius);
    const spot = pointAt(outline, c, s, 1 - (tuft.capsule + 1.2) / outline.radius);
    const ahead = pointAt(outline, c * 0.999 - s * 0.045, s * 0.999 + c * 0.045, 1);
    const here = pointAt(outline, c, s, 1);
    const length = Math.hypot(ahead.x - here.x, ahead.y - here.y);
    nuclei.push({
      x: spot.x,
      y: spot.y,
      long: 4,
      short: 1.4,
      cos: (ahead.x - here.x) / length,
      sin: (ahead.y - here.y) / length,
      density: 1.05,
    });
  }
  return nuclei;
}
