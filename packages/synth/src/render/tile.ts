/**
 * Draws one tile of a slide, structure over structure: tubules, nuclei between them, glomeruli and vessels, then the light.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import { grown } from '../ground/area.js';
import { isSclerotic, isSolid, type Landmark } from '../ground/landmarks.js';
import type { Layout } from '../ground/layout.js';
import { newProbe, probeOutline } from '../ground/outline.js';
import { cover, createBuffers, FAR, type Plate, pixelsAround, pixelsOf, plateArea } from '../ground/plate.js';
import { featuresOf, type SlideSpec } from '../spec.js';
import { createArtefacts } from '../stain/artefacts.js';
import { BLUR_REACH, develop } from '../stain/develop.js';
import type { Stain } from '../stain/stain.js';
import { castNuclei, shadeCast } from '../structures/cast.js';
import { rasteriseTubules } from '../structures/field.js';
import { shadeGlomerulus } from '../structures/glomerulus.js';
import { glomerulusNuclei } from '../structures/glomerulus-nuclei.js';
import { interstitialNuclei, NUCLEUS_REACH, type Nucleus, stainNucleus } from '../structures/nuclei.js';
import { scarNuclei, shadeScar } from '../structures/scar.js';
import { scleroticNuclei, shadeSclerotic } from '../structures/sclerosis.js';
import { shadeVessel, vesselNuclei } from '../structures/vessel.js';
import { shadeTubules } from '../tubules/shade-tubules.js';
import type { Scene } from './scene.js';

/** Pixels farther than this from a landmark are not influenced by it, in micrometres. */
const LANDMARK_INFLUENCE = 40;

export interface Tile {
  readonly image: Raster;
  readonly labels: Raster;
}

/** Makes a function that draws tiles of up to `side` x `side` pixels; `x` and `y` are slide pixels. */
export function createTileRenderer(scene: Scene, stain: Stain, spec: SlideSpec, side: number) {
  const mpp = spec.micronsPerPixel;
  const features = featuresOf(spec);
  const { sclerotic } = features;
  // The blur reads past the window, and a nucleus that reaches into that rim looks up the wall next to its centre.
  const inset = BLUR_REACH + Math.ceil((NUCLEUS_REACH + 1) / mpp) + 2;
  const buffers = createBuffers((side + 2 * inset) ** 2, stain.matter !== undefined);
  const { layout } = scene;
  const artefacts = createArtefacts(layout, features);
  const picture = (plate: Plate): Raster => develop(plate, layout, stain, inset, artefacts);
  return (x: number, y: number, width: number, height: number): Tile => {
    const plate: Plate = {
      x: x - inset,
      y: y - inset,
      width: width + 2 * inset,
      height: height + 2 * inset,
      micronsPerPixel: mpp,
      buffers,
    };
    rasteriseTissue(plate, layout);
    const area = plateArea(plate);
    // Only unusual glomeruli lie on glass.
    if (features.variants === 0 && isBackground(plate))
      return { image: picture(plate), labels: emptyRaster(width, height) };
    const landmarks = scene.landmarksIn(grown(area, LANDMARK_INFLUENCE));
    for (const mark of landmarks) if (mark.isTorn === true) addTissue(plate, mark);
    if (isBackground(plate)) return { image: picture(plate), labels: emptyRaster(width, height) };
    rasteriseLandmarks(plate, landmarks, sclerotic);
    const tubules = scene.tubulesIn(area);
    rasteriseTubules(plate, tubules);
    shadeTubules(plate, layout, tubules);
    for (const tubule of tubules) {
      for (const nucleus of scene.nucleiOf(tubule)) stainNucleus(plate, layout.noise, nucleus);
    }
    for (const nucleus of interstitialNuclei(plate, layout, landmarks)) stainNucleus(plate, layout.noise, nucleus);
    for (const mark of landmarks) shadeLandmark(plate, layout, mark, isSclerotic(mark, sclerotic));
    const labels = emptyRaster(width, height);
    for (let row = 0; row < height; row++) {
      const from = (row + inset) * plate.width + inset;
      labels.data.set(buffers.labels.subarray(from, from + width), row * width);
    }
    return { image: picture(plate), labels };
  };
}

function isBackground({ width, height, buffers: { tissue } }: Plate): boolean {
  for (let i = 0; i < width * height; i++) if (tissue[i] !== 0) return false;
  return true;
}

function rasteriseTissue(plate: Plate, layout: Layout): void {
  const { width, height, micronsPerPixel: mpp } = plate;
  const { tissue, edge } = plate.buffers;
  const blend = Math.max(mpp, 1);
  for (let row = 0; row < height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    for (let column = 0; column < width; column++) {
      const distance = layout.tissue((plate.x + column + 0.5) * mpp, y);
      tissue[row * width + column] = cover(distance, blend);
      if (edge !== undefined) edge[row * width + column] = distance;
    }
  }
}

/** The inside of a glomerulus that lies on glass. */
function addTissue(plate: Plate, { outline }: Landmark): void {
  const mpp = plate.micronsPerPixel;
  const { tissue, edge } = plate.buffers;
  const probe = newProbe();
  const span = pixelsAround(plate, outline, outline.reach);
  for (let row = span.y0; row < span.y1; row++) {
    for (let column = span.x0; column < span.x1; column++) {
      const at = row * plate.width + column;
      const depth = -probeOutline(outline, (plate.x + column + 0.5) * mpp, (plate.y + row + 0.5) * mpp, probe);
      tissue[at] = Math.max(tissue[at] as number, cover(depth, Math.max(mpp, 1)));
      if (edge !== undefined) edge[at] = Math.max(edge[at] as number, depth);
    }
  }
}

/** Distances to solid landmarks, and the labels: the sign of the distance at the pixel's centre. */
function rasteriseLandmarks(plate: Plate, landmarks: readonly Landmark[], sclerotic: number): void {
  const mpp = plate.micronsPerPixel;
  const { land, labels } = plate.buffers;
  land.fill(FAR);
  labels.fill(0);
  const probe = newProbe();
  for (const mark of landmarks) {
    if (!isSolid(mark)) continue;
    const { kind, outline } = mark;
    const label = isSclerotic(mark, sclerotic) ? 2 : 1;
    const reach = outline.reach + LANDMARK_INFLUENCE;
    const { x, y } = outline;
    const span = pixelsOf(plate, { x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach });
    for (let row = span.y0; row < span.y1; row++) {
      for (let column = span.x0; column < span.x1; column++) {
        const at = row * plate.width + column;
        const distance = probeOutline(outline, (plate.x + column + 0.5) * mpp, (plate.y + row + 0.5) * mpp, probe);
        if (distance < (land[at] as number)) land[at] = distance;
        if (kind === 'glomerulus' && distance <= 0) labels[at] = label;
      }
    }
  }
}

function shadeLandmark(plate: Plate, layout: Layout, mark: Landmark, sclerotic: boolean): void {
  if (!isSolid(mark)) return;
  const { x, y, reach } = mark.outline;
  const area = plateArea(plate);
  if (x + reach < area.x0 || x - reach > area.x1 || y + reach < area.y0 || y - reach > area.y1) return;
  for (const nucleus of stained(plate, layout, mark, sclerotic)) stainNucleus(plate, layout.noise, nucleus);
}

/** Stains one landmark and returns its nuclei, which lie above it. */
function stained(plate: Plate, layout: Layout, mark: Landmark, sclerotic: boolean): readonly Nucleus[] {
  const { noise } = layout;
  switch (mark.kind) {
    case 'glomerulus':
      if (sclerotic) {
        shadeSclerotic(plate, noise, mark);
        return scleroticNuclei(mark);
      }
      shadeGlomerulus(plate, noise, mark);
      return glomerulusNuclei(mark, noise);
    case 'cast':
      shadeCast(plate, noise, mark);
      return castNuclei(mark);
    case 'scar':
      shadeScar(plate, noise, mark);
      return scarNuclei(mark);
    default:
      shadeVessel(plate, layout, mark);
      // PAS slides without scars keep the many that they always had.
      return vesselNuclei(mark, layout.scarRate > 0 || plate.buffers.matter !== undefined);
  }
}
