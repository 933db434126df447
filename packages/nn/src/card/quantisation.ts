/** What a network in 8 bits was calibrated with, and how far it is from the network that it was made of. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

export const quantisationSchema = z.object({
  version: z.literal(1),
  /** Ranges of activations hold this share of their values. */
  percentile: z.number().gt(0).max(1),
  /** Tiles of tissue that the ranges and the difference were taken from. */
  tiles: z.int().positive(),
  /** Their side, pixels at the model's scale. */
  tileSize: z.int().positive(),
  seed: z.int().min(0),
  slides: z.array(
    z.object({
      id: z.string(),
      /** SHA-256 of the file's content. */
      sha256: z.string(),
      tiles: z.int().min(0),
    }),
  ),
  /** On these tiles, between this network and the one in float32. */
  difference: z.object({
    /** Share of pixels and classes that fall on the other side of the threshold. */
    labels: share,
    /** Mean absolute difference of probabilities. */
    probability: share,
    /** Overlap of the two masks, 2 |A and B| / (|A| + |B|); null where neither marks anything. */
    dice: share.nullable(),
  }),
});

/** See `quantisationSchema`. */
export type Quantisation = z.infer<typeof quantisationSchema>;
