/** What an EfficientNet is in numbers. */
import type { Activation } from '../../ops.js';
import type { Normalisation } from '../encoder.js';

/**
 * The block of a stage, in the words of Tan & Le 2021 (arXiv:2104.00298): `inverted` is MBConv with squeeze-and-excitation or without,
 * `fused` is Fused-MBConv, `plain` a convolution with its normalisation and a shortcut.
 */
export type BlockKind = 'inverted' | 'fused' | 'plain';

/** `repeats` blocks in a row, of which the first has the stride. */
export interface StageNumbers {
  readonly block: BlockKind;
  readonly repeats: number;
  readonly kernel: number;
  readonly stride: number;
  /** Of the block's input width. */
  readonly expansion: number;
  readonly channels: number;
  /** Whether the block has squeeze-and-excitation, a quarter of its input wide. */
  readonly squeeze: boolean;
}

/** One encoder. */
export interface Variant {
  readonly name: string;
  /** Channels of the first convolution. */
  readonly stem: number;
  readonly stages: readonly StageNumbers[];
  /** Channels of the 1 x 1 convolution in front of the classifier. */
  readonly head: number;
  /** `universal` is the `tu-` family: names under `encoder.model.`, no head, features of stage 0, no paths dropped. */
  readonly family: 'native' | 'universal';
  /** Whose numbers: TensorFlow's SAME padding and an eps of 1e-3, or symmetric padding and 1e-5. */
  readonly numbers: 'tensorflow' | 'pytorch';
  readonly activation: Activation;
  readonly normalisation: Normalisation;
  /** Whether segmentation_models for Keras has it. */
  readonly keras: boolean;
}

/** Whether a stage's output is the last one before the next halving, so that decoders get it. */
export function endsScale(stages: readonly StageNumbers[], index: number): boolean {
  return index === stages.length - 1 || stages[index + 1]?.stride === 2;
}
