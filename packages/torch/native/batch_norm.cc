// ftuseg::batch_norm_act, batch normalisation and the activation behind it as one operator. Both are bound by memory: in training on the
// CPU they are done together, in half the passes, and nothing between them is kept for the gradient.
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "batch_norm_cpu.h"
#include "batch_norm_ranks.h"
#include "ranks.h"

namespace ftu {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Activation parseActivation(const std::string& name) {
  if (name == "identity") return Activation::identity;
  if (name == "relu") return Activation::relu;
  if (name == "relu6") return Activation::relu6;
  if (name == "sigmoid") return Activation::sigmoid;
  if (name == "silu") return Activation::silu;
  TORCH_CHECK(false, "unknown activation '", name, "'; there are identity, relu, relu6, sigmoid and silu");
}

/** The gradients are numbers, not a graph: they have no derivative of their own. */
class FusedBatchNorm : public torch::autograd::Function<FusedBatchNorm> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& runningMean, const at::Tensor& runningVariance, double momentum, double eps,
                            int64_t activation, bool acrossRanks) {
    const SumOverRanks reduce = acrossRanks ? sumOverRanks() : SumOverRanks();
    const BatchStatistics statistics = measureBatch(x, {runningMean, runningVariance, momentum}, eps, reduce);
    context->save_for_backward({x, weight, bias, statistics.mean, statistics.inverseDeviation});
    context->saved_data["activation"] = activation;
    context->saved_data["count"] = statistics.count;
    context->saved_data["acrossRanks"] = acrossRanks;
    return batchNormForward({x, weight, bias, static_cast<Activation>(activation)}, statistics);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!c10::GradMode::is_enabled(), "the gradient of batch_norm_act has no derivative");
    const variable_list saved = context->get_saved_variables();
    const auto activation = static_cast<Activation>(context->saved_data["activation"].toInt());
    const at::Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const BatchStatistics statistics{saved[3], saved[4], context->saved_data["count"].toDouble()};
    const SumOverRanks reduce = context->saved_data["acrossRanks"].toBool() ? sumOverRanks() : SumOverRanks();
    auto [dx, dWeight, dBias] =
        batchNormBackward({saved[0], saved[1], saved[2], activation}, statistics, dy, context->needs_input_grad(0), reduce);
    return {dx, dWeight, dBias, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

bool isPlainFloat(const at::Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided;
}

bool canFuse(const at::Tensor& x, std::initializer_list<std::reference_wrapper<const at::Tensor>> vectors) {
  if (!isPlainFloat(x) || x.dim() != 4 || !x.is_contiguous(at::MemoryFormat::ChannelsLast)) return false;
  for (const at::Tensor& vector : vectors) {
    if (!isPlainFloat(vector) || vector.dim() != 1 || vector.size(0) != x.size(1) || !vector.is_contiguous()) return false;
  }
  return true;
}

/** ReLU, ReLU6 and the logistic function have gradients that follow from their results: they overwrite a map that is nobody else's. */
at::Tensor activate(at::Tensor y, Activation activation) {
  switch (activation) {
    case Activation::identity:
      return y;
    case Activation::relu:
      return at::relu_(y);
    case Activation::relu6:
      return at::hardtanh_(y, 0, 6);
    case Activation::sigmoid:
      return at::sigmoid_(y);
    case Activation::silu:
      return at::silu(y);
  }
  TORCH_CHECK(false, "unknown activation");
}

at::Tensor batchNormAct(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& runningMean,
                        const at::Tensor& runningVariance, bool training, double momentum, double eps, std::string activation,
                        bool acrossRanks) {
  const Activation chosen = parseActivation(activation);
  const bool together = training && acrossRanks;
  // One value per channel has no variance; what is to become of it is for libtorch to say.
  const bool measurable = together || x.numel() > x.size(1);
  if (training && measurable && canFuse(x, {weight, bias, runningMean, runningVariance})) {
    return FusedBatchNorm::apply(x, weight, bias, runningMean, runningVariance, momentum, eps, static_cast<int64_t>(chosen), together);
  }
  if (together) return activate(batchNormAcrossRanks(x, weight, bias, {runningMean, runningVariance, momentum}, eps), chosen);
  return activate(at::batch_norm(x, weight, bias, runningMean, runningVariance, training, momentum, eps, true), chosen);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(ftuseg, library) {
  library.def(
      "batch_norm_act(Tensor input, Tensor weight, Tensor bias, Tensor running_mean, Tensor running_var, bool training, float momentum, "
      "float eps, str activation, bool across_ranks=False) -> Tensor",
      batchNormAct);
}

}  // namespace ftu
