// Gradients: which tensors want one, backward, and the modes that switch recording and precision.
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "compat.h"
#include "dtype.h"
#include "errors.h"
#include "handle.h"
#include "modules.h"

namespace ftu {
namespace {

/** requiresGrad(handle, on?) sets when `on` is a boolean, and answers either way. */
Napi::Value requiresGrad(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "requiresGrad", [&] {
    const at::Tensor& tensor = tensorOf(info.Env(), info[0], "the tensor");
    if (info[1].IsBoolean()) tensor.requires_grad_(info[1].As<Napi::Boolean>().Value());
    return Napi::Boolean::New(info.Env(), tensor.requires_grad());
  });
}

Napi::Value gradientOf(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "grad", [&] {
    return wrap(info.Env(), tensorOf(info.Env(), info[0], "the tensor").grad());
  });
}

Napi::Value hasGradient(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "grad", [&] {
    return Napi::Boolean::New(info.Env(), tensorOf(info.Env(), info[0], "the tensor").grad().defined());
  });
}

Napi::Value clearGradient(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "clearGrad", [&] {
    const at::Tensor& tensor = tensorOf(info.Env(), info[0], "the tensor");
    if (tensor.grad().defined()) tensor.mutable_grad().reset();
    return info.Env().Undefined();
  });
}

/** backward(handle, gradient | undefined, retainGraph, createGraph) */
Napi::Value backward(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  ErrorContext context{"backward", {}};
  try {
    const at::Tensor& tensor = tensorOf(env, info[0], "the tensor");
    context.shapes.push_back(describeTensor(&tensor));
    at::Tensor gradient;
    if (!info[1].IsUndefined()) {
      gradient = tensorOf(env, info[1], "the gradient");
      context.shapes.push_back(describeTensor(&gradient));
    }
    const bool createGraph = info[3].As<Napi::Boolean>().Value();
    const bool retainGraph = info[2].As<Napi::Boolean>().Value() || createGraph;
    torch::autograd::backward({tensor}, {gradient}, retainGraph, createGraph);
    return env.Undefined();
  } catch (...) {
    rethrowAsJavaScript(env, context);
  }
}

/** gradients(outputs, inputs, gradOutputs, retainGraph, createGraph, zerosForUnused) */
Napi::Value gradients(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, "grad", [&] {
    const auto outputs = tensorsOf(env, info[0], "outputs");
    const auto inputs = tensorsOf(env, info[1], "inputs");
    const auto seeds = tensorsOf(env, info[2], "gradOutputs");
    const bool createGraph = info[4].As<Napi::Boolean>().Value();
    const bool retainGraph = info[3].As<Napi::Boolean>().Value() || createGraph;
    const bool zerosForUnused = info[5].As<Napi::Boolean>().Value();
    auto results = torch::autograd::grad(outputs, inputs, seeds, retainGraph, createGraph, zerosForUnused);
    for (size_t k = 0; k < results.size(); k++) {
      if (!results[k].defined()) results[k] = at::zeros_like(inputs[k]);
    }
    return wrapAll(env, results);
  });
}

/** setGradMode(on): the mode before. */
Napi::Value setGradMode(const Napi::CallbackInfo& info) {
  const bool previous = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(info[0].As<Napi::Boolean>().Value());
  return Napi::Boolean::New(info.Env(), previous);
}

/** enterAutocast(device, dtype): what leaveAutocast needs to restore the mode before. */
Napi::Value enterAutocast(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, "autocast", [&] {
    const at::DeviceType device = parseDevice(info[0].As<Napi::String>()).type();
    const at::ScalarType dtype = parseDtype(info[1].As<Napi::String>());
    if (device == at::kCPU && dtype != at::kBFloat16) {
      throw BridgeError("argument", "on the CPU autocast computes in bfloat16 only");
    }
    const AutocastMode previous = autocastMode(device);
    setAutocastMode(device, {true, dtype});
    at::autocast::increment_nesting();
    Napi::Object restore = Napi::Object::New(env);
    restore.Set("enabled", Napi::Boolean::New(env, previous.enabled));
    restore.Set("dtype", Napi::Number::New(env, static_cast<int>(previous.dtype)));
    return restore;
  });
}

/** leaveAutocast(device, restore) */
Napi::Value leaveAutocast(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "autocast", [&] {
    Napi::Object restore = info[1].As<Napi::Object>();
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    setAutocastMode(parseDevice(info[0].As<Napi::String>()).type(),
                    {restore.Get("enabled").As<Napi::Boolean>().Value(),
                     static_cast<at::ScalarType>(restore.Get("dtype").As<Napi::Number>().Int32Value())});
    return info.Env().Undefined();
  });
}

}  // namespace

void registerAutograd(Napi::Env env, Napi::Object exports) {
  exports.Set("requiresGrad", Napi::Function::New(env, requiresGrad));
  exports.Set("grad", Napi::Function::New(env, gradientOf));
  exports.Set("hasGrad", Napi::Function::New(env, hasGradient));
  exports.Set("clearGrad", Napi::Function::New(env, clearGradient));
  exports.Set("backward", Napi::Function::New(env, backward));
  exports.Set("gradients", Napi::Function::New(env, gradients));
  exports.Set("setGradMode", Napi::Function::New(env, setGradMode));
  exports.Set("enterAutocast", Napi::Function::New(env, enterAutocast));
  exports.Set("leaveAutocast", Napi::Function::New(env, leaveAutocast));
}

}  // namespace ftu
