/**
 * At prediction a batch normalisation is a scale and a shift per channel: fold both into the convolution before it.
 */

export interface ConvolutionWeights {
  /** out x in / groups x height x width. */
  readonly weight: Float32Array;
  /** One per output channel. */
  readonly bias: Float32Array;
}

export interface NormalisationWeights {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly runningMean: Float32Array;
  readonly runningVar: Float32Array;
  readonly eps: number;
}

/**
 * Weights of one convolution that equals `convolution` followed by `norm` in evaluation mode. Computed in float64 and
 * rounded once: w' = w g / sqrt(v + eps), b' = (b - m) g / sqrt(v + eps) + beta.
 */
export function foldBatchNorm(
  convolution: { readonly weight: Float32Array; readonly bias: Float32Array | undefined },
  norm: NormalisationWeights,
): ConvolutionWeights {
  const channels = norm.weight.length;
  const perChannel = convolution.weight.length / channels;
  const weight = new Float32Array(convolution.weight.length);
  const bias = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const scale = (norm.weight[channel] as number) / Math.sqrt((norm.runningVar[channel] as number) + norm.eps);
    const start = channel * perChannel;
    for (let i = start; i < start + perChannel; i++) weight[i] = (convolution.weight[i] as number) * scale;
    const shift = (convolution.bias?.[channel] ?? 0) - (norm.runningMean[channel] as number);
    bias[channel] = shift * scale + (norm.bias[channel] as number);
  }
  return { weight, bias };
}
