/** What a run minimises: a weight for each loss, and the numbers inside them. */
import { z } from 'zod';

const weight = z.number().min(0);
const share = z.number().min(0).max(1);

export const lossSchema = z
  .strictObject({
    bce: weight.default(1).describe('weight of the binary cross-entropy'),
    dice: weight.default(1).describe('weight of the soft Dice loss over the batch'),
    jaccard: weight.default(0).describe('weight of the soft Jaccard loss over the batch'),
    focal: weight.default(0).describe('weight of the focal loss'),
    tversky: weight.default(0).describe('weight of the Tversky loss over the batch'),
    lovasz: weight.default(0).describe('weight of the Lovasz hinge, image by image'),
    boundary: weight.default(0).describe('weight of the cross-entropy that counts outlines more'),
    smooth: z.number().positive().default(1).describe('added to both sides of the Dice, Jaccard and Tversky fractions'),
    focalAlpha: share.default(0.25).describe('focal: weight of labelled pixels'),
    focalNegative: share.optional().describe('focal: weight of the others; 1 - focalAlpha if unset'),
    focalForm: z
      .enum(['mixed', 'split'])
      .default('mixed')
      .describe(
        "focal, targets between 0 and 1: 'mixed' discounts by the probability of the wrong answer, 'split' adds both answers' losses by their share (Keras)",
      ),
    focalGamma: z.number().min(0).max(10).default(2).describe('focal: exponent that discounts easy pixels'),
    tverskyAlpha: share.default(0.3).describe('Tversky: weight of false positives'),
    tverskyBeta: share.default(0.7).describe('Tversky: weight of false negatives'),
    boundaryRadius: z.int().min(1).max(64).default(3).describe('boundary: half width of an outline, pixels'),
    boundaryWeight: z.number().min(0).max(1000).default(4).describe('boundary: how much more an outline counts'),
    labelSmoothing: z.number().min(0).lt(1).default(0).describe('moves the targets of cross-entropies to a half'),
    auxiliary: weight.default(0.4).describe('weight of deep supervision, where the network has it'),
    tile: weight.default(0.1).describe('weight of the tile classifier, where the network has it'),
  })
  .refine(
    ({ bce, dice, jaccard, focal, tversky, lovasz, boundary }) =>
      bce + dice + jaccard + focal + tversky + lovasz + boundary > 0,
    'every loss has weight 0: give at least one of them a weight',
  );

export type LossConfig = z.output<typeof lossSchema>;
