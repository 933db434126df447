// ftuseg::upsampled_conv2d, a 3 x 3 convolution over a map of twice the size and what is joined to it, as decoders have it. Where neighbouring
// pixels are equal, a kernel of 3 x 3 is one of 2 x 2, another one for each of the four places a pixel can have among its equals: on the CPU
// the small map is convolved with those, less than half the work, and is never enlarged.
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "compat.h"
#include "interleave.h"

namespace ftu {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight) { return at::conv2d(x, weight, {}, {1, 1}, {1, 1}); }

class Interleave : public torch::autograd::Function<Interleave> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& phases, const Optional<at::Tensor>& beside) {
    context->saved_data["joined"] = beside.has_value();
    return interleave(phases.contiguous(at::MemoryFormat::ChannelsLast),
                      beside ? beside->contiguous(at::MemoryFormat::ChannelsLast) : at::Tensor());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!c10::GradMode::is_enabled(), "the gradient of upsampled_conv2d has no derivative");
    const at::Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    return {separate(dy), context->saved_data["joined"].toBool() ? dy : at::Tensor()};
  }
};

/**
 * The kernels along one axis: of three taps, an even pixel finds the last two on equal pixels, an odd one the first two. Outputs double.
 */
at::Tensor halve(const at::Tensor& weight, int64_t axis) {
  const at::Tensor first = weight.narrow(axis, 0, 1), middle = weight.narrow(axis, 1, 1), last = weight.narrow(axis, 2, 1);
  return at::cat({at::cat({first, middle + last}, axis), at::cat({first + middle, last}, axis)}, 0);
}

bool isPlain(const at::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.layout() == at::kStrided && x.numel() > 0;
}

bool canSplit(const at::Tensor& x, const Optional<at::Tensor>& skip, const at::Tensor& weight) {
  // Autocast would have it computed in bfloat16.
  if (!isPlain(x) || !isPlain(weight) || autocastMode(at::kCPU).enabled) return false;
  // In NCHW memory there are no runs of channels to move.
  if (!x.is_contiguous(at::MemoryFormat::ChannelsLast)) return false;
  if (!skip) return weight.size(1) == x.size(1);
  return isPlain(*skip) && skip->dim() == 4 && skip->size(0) == x.size(0) && skip->size(2) == 2 * x.size(2) && skip->size(3) == 2 * x.size(3) &&
         weight.size(1) == x.size(1) + skip->size(1);
}

at::Tensor upsampledConv(const at::Tensor& x, const Optional<at::Tensor>& skip, const at::Tensor& weight) {
  TORCH_CHECK(x.dim() == 4 && weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3,
              "upsampled_conv2d takes a map N x C x H x W and kernels of 3 x 3");
  if (canSplit(x, skip, weight)) {
    const at::Tensor phases = convolve(x, halve(halve(weight.narrow(1, 0, x.size(1)), 2), 3));
    if (!skip) return Interleave::apply(phases, Optional<at::Tensor>());
    return Interleave::apply(phases, Optional<at::Tensor>(convolve(*skip, weight.narrow(1, x.size(1), skip->size(1)))));
  }
  const at::Tensor enlarged = at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
  return convolve(skip ? at::cat({enlarged, *skip}, 1) : enlarged, weight);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(ftuseg, library) {
  library.def("upsampled_conv2d(Tensor input, Tensor? skip, Tensor weight) -> Tensor", upsampledConv);
}

}  // namespace ftu
