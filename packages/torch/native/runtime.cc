// Process-wide settings: random seed, thread count, and what this libtorch can do.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <torch/version.h>

#include "cpu_memory.h"
#include "errors.h"
#include "modules.h"

namespace ftu {
namespace {

/**
 * A function of OpenBLAS, where that is what libtorch multiplies matrices with. It has threads of its own, which `at::set_num_threads` does not know:
 * with one thread asked for it would still take every core, and wait in a loop of `sched_yield`.
 */
template <typename Function>
Function openBlas(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

Napi::Value manualSeed(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "manualSeed", [&] {
    bool lossless = false;
    at::manual_seed(info[0].As<Napi::BigInt>().Uint64Value(&lossless));
    return info.Env().Undefined();
  });
}

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "setThreads", [&] {
    const int count = info[0].As<Napi::Number>().Int32Value();
    at::set_num_threads(count);
    static const auto setBlasThreads = openBlas<void (*)(int)>("openblas_set_num_threads");
    if (setBlasThreads != nullptr) setBlasThreads(count);
    return info.Env().Undefined();
  });
}

Napi::Value getThreads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), at::get_num_threads()); }

/** reuseFreedMemory(): tensors made from now on come from a pool (see cpu_memory.cc). */
Napi::Value reuseFreedMemory(const Napi::CallbackInfo& info) {
  poolCpuMemory();
  return info.Env().Undefined();
}

Napi::Value describeRuntime(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("version", Napi::String::New(info.Env(), TORCH_VERSION));
  result.Set("cuda", Napi::Boolean::New(info.Env(), at::hasCUDA()));
  const auto blasThreads = openBlas<int (*)()>("openblas_get_num_threads");
  if (blasThreads != nullptr) result.Set("blasThreads", Napi::Number::New(info.Env(), blasThreads()));
  return result;
}

}  // namespace

void registerRuntime(Napi::Env env, Napi::Object exports) {
  exports.Set("manualSeed", Napi::Function::New(env, manualSeed));
  exports.Set("setThreads", Napi::Function::New(env, setThreads));
  exports.Set("getThreads", Napi::Function::New(env, getThreads));
  exports.Set("reuseFreedMemory", Napi::Function::New(env, reuseFreedMemory));
  exports.Set("runtime", Napi::Function::New(env, describeRuntime));
}

}  // namespace ftu
