// What JavaScript holds of a tensor: an external pointing to a box, and the accounting of the memory behind it.
// TypeScript's Tensor owns exactly one such handle; see src/tensor.ts.
#pragma once
#include <ATen/core/Tensor.h>
#include <napi.h>

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ftu {

struct OperatorTable;
struct TensorBox;

/** Everything that one Node environment (main thread or worker) owns. */
struct AddonState {
  struct StorageUse {
    int64_t handles;
    int64_t bytes;
  };
  /** Every box that JavaScript can still name, released or not: a foreign external is never followed. */
  std::unordered_set<const TensorBox*> boxes;
  /** Storages kept alive by handles. Views share one entry, so their bytes count once. */
  std::unordered_map<const void*, StorageUse> storages;
  int64_t liveHandles = 0;
  int64_t externalBytes = 0;
  std::shared_ptr<OperatorTable> operators;
};

/** A handle. `tensor` is undefined once released. */
struct TensorBox {
  at::Tensor tensor;
  const void* storage = nullptr;
  std::shared_ptr<AddonState> state;
};

const std::shared_ptr<AddonState>& stateOf(Napi::Env env);

/** A new handle for `tensor`; an undefined tensor becomes `undefined`. */
Napi::Value wrap(Napi::Env env, at::Tensor tensor);
Napi::Value wrapAll(Napi::Env env, const std::vector<at::Tensor>& tensors);

/** The box behind a handle, or null when the value is not a handle of this environment. */
TensorBox* boxOf(Napi::Env env, napi_value value);

/** The tensor behind a handle; BridgeError 'argument' or 'disposed' naming `what` otherwise. */
const at::Tensor& tensorOf(Napi::Env env, napi_value value, const char* what);
std::vector<at::Tensor> tensorsOf(Napi::Env env, Napi::Value value, const char* what);

/** "float32[2, 3]" */
std::string describeTensor(const at::Tensor& tensor);

void registerHandles(Napi::Env env, Napi::Object exports);

}  // namespace ftu
