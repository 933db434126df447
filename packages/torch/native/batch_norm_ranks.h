// Batch normalisation over the batches of all ranks, for maps that the fused operator does not take: of other devices, layouts and precisions.
#pragma once
#include "batch_norm_cpu.h"

namespace ftu {

/** In training, recorded by autograd; of the dtype of `x`, computed in float32. Gradients of weight and bias are this rank's share. */
at::Tensor batchNormAcrossRanks(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const RunningStatistics& running,
                                double eps);

}  // namespace ftu
