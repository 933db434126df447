// ftuseg::pointwise_conv2d, a convolution of 1 x 1. On one thread libtorch gives batches below 16 to BLAS instead of oneDNN, and Debian's plain
// BLAS is 13 to 20 times slower. A 1 x 1 kernel does not see which image a pixel is of: so rows of the images become images of a larger batch.
#include <ATen/Parallel.h>
#include <ATen/ops/conv2d.h>
#include <torch/library.h>

#include "compat.h"

namespace ftu {
namespace {

// From this batch on libtorch chooses oneDNN for 1 x 1 kernels whatever the threads are (`use_mkldnn` in ATen/native/Convolution.cpp).
constexpr int64_t kEnough = 16;

/** How many pieces each image is cut into, along its rows: 1 where cutting is of no use. */
int64_t piecesOf(const at::Tensor& x, const at::Tensor& weight) {
  if (at::get_num_threads() > 1 || !x.device().is_cpu() || x.scalar_type() != at::kFloat || weight.scalar_type() != at::kFloat) return 1;
  if (autocastMode(at::kCPU).enabled || x.numel() == 0 || x.size(0) >= kEnough) return 1;
  // Only where the rows of all images lie one after another is a piece no copy.
  if (!x.is_contiguous(at::MemoryFormat::ChannelsLast)) return 1;
  const int64_t batch = x.size(0), height = x.size(2);
  for (int64_t pieces = 2; pieces <= height; pieces++) {
    if (height % pieces == 0 && batch * pieces >= kEnough) return pieces;
  }
  return 1;
}

at::Tensor pointwiseConv(const at::Tensor& x, const at::Tensor& weight, const Optional<at::Tensor>& bias) {
  TORCH_CHECK(x.dim() == 4 && weight.dim() == 4 && weight.size(2) == 1 && weight.size(3) == 1,
              "pointwise_conv2d takes a map N x C x H x W and kernels of 1 x 1");
  const int64_t pieces = piecesOf(x, weight);
  if (pieces == 1) return at::conv2d(x, weight, bias);
  const int64_t batch = x.size(0), channels = x.size(1), height = x.size(2), width = x.size(3);
  const at::Tensor cut = x.permute({0, 2, 3, 1}).reshape({batch * pieces, height / pieces, width, channels}).permute({0, 3, 1, 2});
  const at::Tensor y = at::conv2d(cut, weight, bias);
  return y.permute({0, 2, 3, 1}).reshape({batch, height, width, weight.size(0)}).permute({0, 3, 1, 2});
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(ftuseg, library) {
  library.def("pointwise_conv2d(Tensor input, Tensor weight, Tensor? bias) -> Tensor", pointwiseConv);
}

}  // namespace ftu
