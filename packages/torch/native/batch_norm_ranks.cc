// Means and variances by libtorch's own operators; what ranks add up is double, on the processor.
#include "batch_norm_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/var_mean.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ftu {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

std::vector<double> toVector(const at::Tensor& values) {
  const at::Tensor copy = values.detach().to(at::kCPU, at::kDouble).contiguous();
  return {copy.data_ptr<double>(), copy.data_ptr<double>() + copy.numel()};
}

/** Per channel, in the shape that broadcasts over N x C x H x W. */
at::Tensor spread(const at::Tensor& vector) { return vector.view({1, -1, 1, 1}); }

class BatchNormAcrossRanks : public torch::autograd::Function<BatchNormAcrossRanks> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& runningMean, const at::Tensor& runningVariance, double momentum, double eps) {
    const auto [variance, mean] = at::var_mean(x, std::vector<int64_t>{0, 2, 3}, /*unbiased=*/false);
    BatchMoments own{static_cast<double>(x.numel() / x.size(1)), toVector(mean), toVector(variance)};
    for (size_t c = 0; c < own.sum.size(); c++) {
      own.squares[c] = own.count * (own.squares[c] + own.sum[c] * own.sum[c]);
      own.sum[c] *= own.count;
    }
    // Running statistics are few numbers: they are moved on the processor, wherever they are kept.
    const at::Tensor movedMean = runningMean.detach().to(at::kCPU, at::kFloat, false, true).contiguous();
    const at::Tensor movedVariance = runningVariance.detach().to(at::kCPU, at::kFloat, false, true).contiguous();
    const BatchMoments all = reduceMoments(std::move(own), sumOverRanks());
    const BatchStatistics statistics = statisticsOf(all, {movedMean, movedVariance, momentum}, eps);
    runningMean.detach().copy_(movedMean);
    runningVariance.detach().copy_(movedVariance);
    const at::Tensor center = statistics.mean.to(x.device()), inverse = statistics.inverseDeviation.to(x.device());
    context->save_for_backward({x, weight, center, inverse});
    context->saved_data["count"] = statistics.count;
    return (x - spread(center)) * spread(inverse * weight) + spread(bias);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &dy = gradients[0], &weight = saved[1], &inverse = saved[3];
    const at::Tensor centred = saved[0] - spread(saved[2]);
    const std::vector<int64_t> places{0, 2, 3};
    const at::Tensor sum = at::sum(dy, places, false, at::kDouble);
    const at::Tensor products = at::sum(dy * centred, places, false, at::kDouble);
    const at::Tensor dWeight = (products * inverse).to(weight.scalar_type()), dBias = sum.to(weight.scalar_type());
    const BatchMoments all = reduceMoments({0, toVector(sum), toVector(products)}, sumOverRanks());
    const double n = context->saved_data["count"].toDouble();
    const auto perValue = [&](const std::vector<double>& sums) {
      return (at::tensor(sums, at::kDouble) / n).to(dy.device(), at::kFloat);
    };
    const at::Tensor slope = perValue(all.squares) * inverse * inverse;
    const at::Tensor dx = (dy - spread(perValue(all.sum)) - centred * spread(slope)) * spread(inverse * weight);
    return {dx, dWeight, dBias, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor batchNormAcrossRanks(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const RunningStatistics& running,
                                double eps) {
  const at::Tensor wide = x.to(at::kFloat);
  return BatchNormAcrossRanks::apply(wide, weight, bias, running.mean, running.variance, running.momentum, eps).to(x.scalar_type());
}

}  // namespace ftu
