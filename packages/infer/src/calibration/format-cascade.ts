/** What was learnt of a coarse network, for people. */
import { counted, percent } from '@ftuseg/core';
import type { CascadeCalibration } from '@ftuseg/nn';

const SHOWN_SLIDES = 5;

/** @example console.log(formatCascade(await calibrateCascade(jobs, options))); */
export function formatCascade(cascade: CascadeCalibration): string {
  const { recall, threshold, margin, objects, heldOut, tissueShare, slides, groups } = cascade;
  const named = slides.slice(0, SHOWN_SLIDES).join(', ');
  const more = slides.length > SHOWN_SLIDES ? ', ...' : '';
  const others =
    heldOut === null
      ? 'For want of a second group of slides, nobody knows what that is worth for others.'
      : `By thresholds of the other groups: ${heldOut.lookedAt} of ${heldOut.count} (${percent(heldOut.lookedAt / heldOut.count)}; 95 %: ${percent(heldOut.interval[0])} to ${percent(heldOut.interval[1])}, the wider of Wilson's by objects and the bootstrap by groups).`;
  return [
    `threshold ${threshold.toFixed(4)}, widened by ${margin} µm: looked at wholly are ${objects.lookedAt} of ${counted(objects.count, 'object')} (asked for: ${percent(recall)})`,
    others,
    `Tissue to look at twice: ${percent(tissueShare)}, and more by the models' whole tiles.`,
    `On ${counted(slides.length, 'slide')} of ${counted(groups, 'group')}, which the network must not have been trained on: ${named}${more}.`,
  ].join('\n');
}
