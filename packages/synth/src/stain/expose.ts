/** Light through a stained section: Beer-Lambert's law, for the two stains of PAS and for what other stains bind to. */
import type { Layout } from '../ground/layout.js';
import { MATTERS, matterNames } from '../ground/matter.js';
import type { Plate } from '../ground/plate.js';
import type { Artefacts } from './artefacts.js';
import type { Stain } from './stain.js';

const CYTOPLASM = matterNames.indexOf('cytoplasm');
const PROTEIN = matterNames.indexOf('protein');

/** Fills `light` of the plate's buffers, 0..255 per channel. */
export function expose(plate: Plate, layout: Layout, stain: Stain, artefacts: Artefacts): void {
  const { matter: amounts, edge } = plate.buffers;
  if (stain.matter === undefined || amounts === undefined || edge === undefined) {
    exposePas(plate, layout, stain, artefacts);
  } else {
    exposeMatter(plate, layout, { ...stain, matter: stain.matter }, artefacts, { amounts, edge });
  }
}

function exposePas(plate: Plate, layout: Layout, stain: Stain, artefacts: Artefacts): void {
  const { x, width, height, micronsPerPixel: mpp } = plate;
  const { light, tissue, schiff, hematoxylin } = plate.buffers;
  const [glassR, glassG, glassB] = stain.glass;
  const [schiffR, schiffG, schiffB] = stain.schiff;
  const [hematoxylinR, hematoxylinG, hematoxylinB] = stain.hematoxylin;
  const broad = new Float32Array(width);
  const narrow = new Float32Array(width);
  for (let row = 0; row < height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    layout.noise.row(broad, width, x, mpp / 530, 77, y / 530);
    layout.noise.row(narrow, width, x, mpp / 120, 0, y / 120 + 77);
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const uneven = (broad[column] as number) + 0.6 * (narrow[column] as number);
      const fold = artefacts.hasFolds ? artefacts.thickness((x + column + 0.5) * mpp, y) : 1;
      const amount = (tissue[at] as number) * fold * (1 + stain.unevenness * uneven);
      const magenta = (schiff[at] as number) * amount;
      const blue = (hematoxylin[at] as number) * amount;
      light[at * 3] = glassR * Math.exp(-magenta * schiffR - blue * hematoxylinR);
      light[at * 3 + 1] = glassG * Math.exp(-magenta * schiffG - blue * hematoxylinG);
      light[at * 3 + 2] = glassB * Math.exp(-magenta * schiffB - blue * hematoxylinB);
    }
  }
}

/** As PAS, with one absorption per matter instead of Schiff's reagent, and the uneven light of a microscope. */
function exposeMatter(
  plate: Plate,
  layout: Layout,
  stain: Stain & { readonly matter: Float64Array },
  artefacts: Artefacts,
  { amounts, edge }: { readonly amounts: Float32Array; readonly edge: Float32Array },
): void {
  const { x, width, height, micronsPerPixel: mpp } = plate;
  const { light, tissue, hematoxylin } = plate.buffers;
  const broad = new Float32Array(width);
  const narrow = new Float32Array(width);
  const lamp = new Float32Array(width);
  const patch = new Float32Array(width);
  const grain = new Float32Array(width);
  const density = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    layout.noise.row(broad, width, x, mpp / 530, 77, y / 530);
    layout.noise.row(narrow, width, x, mpp / 120, 0, y / 120 + 77);
    layout.noise.row(lamp, width, x, mpp / 900, 31, y / 900 + 5);
    layout.noise.row(patch, width, x, mpp / 260, 8, y / 260 + 91);
    layout.noise.row(grain, width, x, mpp / 2.9, 17, y / 2.9 + 53);
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const uneven = (broad[column] as number) + 0.6 * (narrow[column] as number);
      const fold = artefacts.hasFolds ? artefacts.thickness((x + column + 0.5) * mpp, y) : 1;
      const crushed = stain.crush * Math.exp(-Math.max(0, edge[at] as number) / 55) * (0.6 + (patch[column] as number));
      const amount = (tissue[at] as number) * fold * (1 + stain.unevenness * uneven + Math.max(0, crushed));
      const shine = 1 - stain.vignette * Math.max(0, lamp[column] as number);
      const texture = 1 + stain.texture * (grain[column] as number);
      const nuclear = Math.max(0, (hematoxylin[at] as number) - stain.washed);
      for (let c = 0; c < 3; c++) density[c] = nuclear * (stain.hematoxylin[c] as number);
      for (let k = 0; k < MATTERS; k++) {
        let here = amounts[at * MATTERS + k] as number;
        if (here === 0) continue;
        // Casts are smooth, and blood has a grain of its own.
        if (k < PROTEIN) here *= texture;
        if (k === CYTOPLASM) here *= 1 + stain.patchiness * (patch[column] as number);
        for (let c = 0; c < 3; c++) density[c] = (density[c] as number) + here * (stain.matter[k * 3 + c] as number);
      }
      for (let c = 0; c < 3; c++) {
        light[at * 3 + c] = (stain.glass[c] as number) * shine * Math.exp(-amount * (density[c] as number));
      }
    }
  }
}
