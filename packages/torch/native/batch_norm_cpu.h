// Batch normalisation with its activation on float32 maps in channels_last memory, forwards and backwards.
#pragma once
#include <ATen/core/Tensor.h>

#include <tuple>

#include "batch_norm_kernel.h"

namespace ftu {

/** What one batch normalisation works with; all float32 on the CPU and contiguous, `x` in channels_last. */
struct BatchNormInput {
  const at::Tensor& x;
  const at::Tensor& weight;
  const at::Tensor& bias;
  Activation activation;
};

/** Per channel, of the batch: the mean, and 1 / sqrt(variance + eps). */
struct BatchStatistics {
  at::Tensor mean;
  at::Tensor inverseDeviation;
};

/** Moves running statistics towards those of the batch, the variance being the unbiased one. */
struct RunningStatistics {
  const at::Tensor& mean;
  const at::Tensor& variance;
  double momentum;
};

/** Measures the batch. Needs more than one value per channel. */
BatchStatistics measureBatch(const at::Tensor& x, const RunningStatistics& running, double eps);

at::Tensor batchNormForward(const BatchNormInput& input, const BatchStatistics& statistics);

/** The gradients of x (undefined unless `wantsInput`), weight and bias; `dy` lies in memory as `x` does. */
std::tuple<at::Tensor, at::Tensor, at::Tensor> batchNormBackward(const BatchNormInput& input, const BatchStatistics& statistics,
                                                                 const at::Tensor& dy, bool wantsInput);

}  // namespace ftu
