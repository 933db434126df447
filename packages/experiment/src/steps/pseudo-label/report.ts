/** Pictures of pseudo-labels as the network is trained on them: outlines of what it is told, and what it is not told in grey. */

import { type Raster, raster } from '@ftuseg/core';
import { drawOutlines } from '@ftuseg/infer';
import { encodeJpeg } from '@ftuseg/slide';
import { loadSlide, openDataset, UNCERTAIN } from '@ftuseg/train';
import type { ReportPseudoLabels } from '../../report/report-data.js';
import type { StepReport } from '../../step-kind/define-step.js';
import { counted } from '../../words/numbers.js';
import type { PseudoLabelOutput } from './output.js';
import type { PseudoLabelStep } from './schema.js';

/** Slides that are shown of each step. */
const SHOWN = 6;

/** Pixels that no loss sees lose their colour and half of their contrast. */
function fade(image: Raster, soft: Uint8Array | undefined, classes: number): Raster {
  const data = new Uint8Array(image.data);
  const pixels = image.width * image.height;
  for (let i = 0; soft !== undefined && i < pixels; i++) {
    if (!soft.subarray(i * classes, (i + 1) * classes).includes(UNCERTAIN)) continue;
    const grey = ((data[3 * i] ?? 0) + (data[3 * i + 1] ?? 0) + (data[3 * i + 2] ?? 0)) / 3;
    data.fill(Math.round(64 + grey / 2), 3 * i, 3 * i + 3);
  }
  return raster(image.width, image.height, 3, data);
}

/** One label per pixel: the highest class there. */
const labelsOf = (mask: Uint8Array): Uint8Array => mask.map((bits) => (bits === 0 ? 0 : 32 - Math.clz32(bits)));

/** Spread over the list, from its first to its last. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))] as T);
}

/** Pictures of the slides of a step, each with what it was labelled by. */
async function examplesOf(output: PseudoLabelOutput): Promise<ReportPseudoLabels['examples']> {
  const dataset = await openDataset(output.data);
  const examples = [];
  for (const slide of spread(dataset.slides, SHOWN)) {
    const { width, height, image, mask, soft } = await loadSlide(dataset, slide);
    const faded = fade(raster(width, height, 3, image), soft, dataset.classes.length);
    const picture = drawOutlines(faded, raster(width, height, 1, labelsOf(mask)));
    const facts = output.labelled.find(({ id }) => id === slide.id);
    const doubt = output.band === null ? '' : `uncertain ${percent(facts?.uncertain ?? 0)}; `;
    const shares = Object.entries(facts?.foreground ?? {}).map(([label, share]) => `${label} ${percent(share)}`);
    examples.push({
      id: slide.id,
      caption: `${shares.join(', ')}; ${doubt}labelled by ${counted(facts?.models ?? 0, 'model')}`,
      picture: await encodeJpeg(picture, 88),
    });
  }
  return examples;
}

function described({ labels, band, uncertain }: PseudoLabelOutput): string {
  if (band === null) return 'masks as `ftu predict` writes them, prepared as drawn ones';
  const [low, high] = band;
  const left = low === high ? 'no band of uncertainty' : `pixels with probabilities from ${low} to ${high} left out`;
  return `${labels} labels, ${left} (${percent(uncertain)} of all pixels; grey in the pictures)`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const pseudoLabelReport: StepReport<PseudoLabelStep, PseudoLabelOutput> = {
  code: import.meta.url,
  async collect(steps) {
    const pseudoLabels: ReportPseudoLabels[] = [];
    for (const { name, output } of steps) {
      const examples = await examplesOf(output);
      pseudoLabels.push({ name, summary: `${counted(output.slides, 'slide')}, ${described(output)}.`, examples });
    }
    return { pseudoLabels };
  },
};
