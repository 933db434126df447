// Batch normalisation with its activation on float32 maps in channels_last memory, forwards and backwards.
#pragma once
#include <ATen/core/Tensor.h>

#include <tuple>

#include "batch_norm_kernel.h"
#include "ranks.h"

namespace ftu {

/** What one batch normalisation works with; all float32 on the CPU and contiguous, `x` in channels_last. */
struct BatchNormInput {
  const at::Tensor& x;
  const at::Tensor& weight;
  const at::Tensor& bias;
  Activation activation;
};

/** Per channel, of the batch: the mean, and 1 / sqrt(variance + eps); and the number of values that a channel has. */
struct BatchStatistics {
  at::Tensor mean;
  at::Tensor inverseDeviation;
  double count;
};

/** Moves running statistics towards those of the batch, the variance being the unbiased one. */
struct RunningStatistics {
  const at::Tensor& mean;
  const at::Tensor& variance;
  double momentum;
};

/** Of a whole batch: number, sum and squares of the values of each channel. */
struct BatchMoments {
  double count;
  std::vector<double> sum, squares;
};

/** The moments of the batches of all ranks together. */
BatchMoments reduceMoments(BatchMoments own, const SumOverRanks& reduce);

/** Moves the running statistics towards those of the batch. @throws c10::Error where a channel has one value only */
BatchStatistics statisticsOf(const BatchMoments& moments, const RunningStatistics& running, double eps);

/** Measures the batch, of all ranks where `reduce` is given. Needs more than one value per channel. */
BatchStatistics measureBatch(const at::Tensor& x, const RunningStatistics& running, double eps, const SumOverRanks& reduce);

at::Tensor batchNormForward(const BatchNormInput& input, const BatchStatistics& statistics);

/**
 * The gradients of x (undefined unless `wantsInput`), weight and bias; `dy` lies in memory as `x` does. With `reduce`, those of weight and bias are this
 * rank's share of them.
 */
std::tuple<at::Tensor, at::Tensor, at::Tensor> batchNormBackward(const BatchNormInput& input, const BatchStatistics& statistics,
                                                                 const at::Tensor& dy, bool wantsInput, const SumOverRanks& reduce);

}  // namespace ftu
