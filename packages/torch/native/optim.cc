// One update of every parameter in one call. The state lives in JavaScript, so that it saves and restores exactly.
// The order of operations is that of PyTorch 1.13's torch/optim/{sgd,adam,adamw}.py, so results agree with it.
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/maximum.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "errors.h"
#include "handle.h"
#include "modules.h"

namespace ftu {
namespace {

using Tensors = std::vector<at::Tensor>;

double number(const Napi::Object& options, const char* name) {
  return options.Get(name).As<Napi::Number>().DoubleValue();
}
bool flag(const Napi::Object& options, const char* name) { return options.Get(name).As<Napi::Boolean>().Value(); }
/** A flag that may be absent: false. */
bool given(const Napi::Object& options, const char* name) { return options.Has(name) && flag(options, name); }

/** On the CPU one parameter at a time stays in the cache; on a GPU all at once saves kernel launches. */
size_t groupSize(const Tensors& parameters) {
  return parameters.empty() || parameters[0].is_cpu() ? 1 : parameters.size();
}

Tensors slice(const Tensors& all, size_t from, size_t count) {
  if (all.empty()) return {};
  return Tensors(all.begin() + from, all.begin() + from + count);
}

struct Step {
  Tensors parameters;
  Tensors gradients;
  std::vector<double> counts;
};

/** step(parameters, counts: Float64Array of steps including this one, ...) */
Step readStep(const Napi::CallbackInfo& info) {
  Step step{tensorsOf(info.Env(), info[0], "parameters"), {}, {}};
  for (const at::Tensor& parameter : step.parameters) step.gradients.push_back(parameter.grad());
  Napi::Float64Array counts = info[1].As<Napi::Float64Array>();
  step.counts.assign(counts.Data(), counts.Data() + counts.ElementLength());
  return step;
}

/** sgdStep(parameters, counts, momentumBuffers, options) */
Napi::Value sgdStep(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "SGD.step", [&] {
    c10::NoGradGuard noGrad;
    const Step step = readStep(info);
    const Tensors buffers = tensorsOf(info.Env(), info[2], "momentum buffers");
    Napi::Object options = info[3].As<Napi::Object>();
    const double lr = number(options, "learningRate"), momentum = number(options, "momentum");
    const double dampening = number(options, "dampening"), weightDecay = number(options, "weightDecay");
    const bool nesterov = flag(options, "nesterov");
    for (size_t k = 0; k < step.parameters.size(); k++) {
      at::Tensor gradient = step.gradients[k];
      if (weightDecay != 0) gradient = gradient.add(step.parameters[k], weightDecay);
      if (momentum != 0) {
        if (step.counts[k] == 1) {
          buffers[k].copy_(gradient);
        } else {
          buffers[k].mul_(momentum).add_(gradient, 1 - dampening);
        }
        gradient = nesterov ? gradient.add(buffers[k], momentum) : buffers[k];
      }
      step.parameters[k].add_(gradient, -lr);
    }
    return info.Env().Undefined();
  });
}

struct AdamOptions {
  double lr, beta1, beta2, weightDecay, epsilon;
  bool decoupled;
  /** Epsilon is added to the root of the uncorrected average (Keras), not of the corrected one. */
  bool epsilonHat;
};

/** Adam (Kingma and Ba 2015) and, with `decoupled`, AdamW (Loshchilov and Hutter 2019), on one group of parameters. */
void adamGroup(const Tensors& parameters, Tensors gradients, const Tensors& average, const Tensors& squares,
               const Tensors& largest, const double* counts, const AdamOptions& options) {
  if (options.weightDecay != 0) {
    if (options.decoupled) {
      at::_foreach_mul_(parameters, at::Scalar(1 - options.lr * options.weightDecay));
    } else {
      gradients = at::_foreach_add(gradients, parameters, options.weightDecay);
    }
  }
  at::_foreach_mul_(average, at::Scalar(options.beta1));
  at::_foreach_add_(average, gradients, 1 - options.beta1);
  at::_foreach_mul_(squares, at::Scalar(options.beta2));
  at::_foreach_addcmul_(squares, gradients, gradients, 1 - options.beta2);
  for (size_t k = 0; k < largest.size(); k++) {
    at::Tensor out = largest[k];
    at::maximum_out(out, largest[k], squares[k]);
  }
  Tensors denominators = at::_foreach_sqrt(largest.empty() ? squares : largest);
  std::vector<at::Scalar> roots, sizes;
  for (size_t k = 0; k < parameters.size(); k++) {
    const double root = std::sqrt(1 - std::pow(options.beta2, counts[k]));
    const double size = options.lr / (1 - std::pow(options.beta1, counts[k]));
    roots.emplace_back(root);
    sizes.emplace_back(options.epsilonHat ? -(size * root) : -size);
  }
  if (!options.epsilonHat) at::_foreach_div_(denominators, roots);
  at::_foreach_add_(denominators, at::Scalar(options.epsilon));
  at::_foreach_addcdiv_(parameters, average, denominators, sizes);
}

/** adamStep(parameters, counts, expAvg, expAvgSq, maxExpAvgSq (empty without amsgrad), options) */
Napi::Value adamStep(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "Adam.step", [&] {
    c10::NoGradGuard noGrad;
    const Step step = readStep(info);
    const Tensors average = tensorsOf(info.Env(), info[2], "exp_avg");
    const Tensors squares = tensorsOf(info.Env(), info[3], "exp_avg_sq");
    const Tensors largest = tensorsOf(info.Env(), info[4], "max_exp_avg_sq");
    const Napi::Object set = info[5].As<Napi::Object>();
    const AdamOptions options{number(set, "learningRate"), number(set, "beta1"),   number(set, "beta2"),
                              number(set, "weightDecay"),  number(set, "epsilon"), flag(set, "decoupled"),
                              given(set, "epsilonHat")};
    const size_t group = groupSize(step.parameters);
    for (size_t k = 0; k < step.parameters.size(); k += group) {
      adamGroup(slice(step.parameters, k, group), slice(step.gradients, k, group), slice(average, k, group),
                slice(squares, k, group), slice(largest, k, group), &step.counts[k], options);
    }
    return info.Env().Undefined();
  });
}

}  // namespace

void registerOptimisers(Napi::Env env, Napi::Object exports) {
  exports.Set("sgdStep", Napi::Function::New(env, sgdStep));
  exports.Set("adamStep", Napi::Function::New(env, adamStep));
}

}  // namespace ftu
