// What JavaScript holds of a tensor: the number of a slot. And the accounting of the memory behind all slots.
// A number costs far less than a native object with a finaliser, and its slot is free the moment it is released.
#pragma once
#include <ATen/core/Tensor.h>
#include <napi.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace ftu {

struct OperatorTable;

/** Everything that one Node environment (main thread or worker) owns. */
struct AddonState {
  struct Slot {
    at::Tensor tensor;
    const void* storage = nullptr;
  };
  struct StorageUse {
    int64_t handles;
    int64_t bytes;
  };
  /** Slot 0 is never used: TypeScript's Tensor has handle 0 once it is disposed. */
  std::vector<Slot> slots = std::vector<Slot>(1);
  std::vector<uint32_t> freeSlots;
  /** Storages kept alive by handles. Views share one entry, so their bytes count once. */
  std::unordered_map<const void*, StorageUse> storages;
  int64_t externalBytes = 0;
  /** Change of `externalBytes` that V8 has not been told yet; kept back while a scope is open. */
  int64_t unreportedBytes = 0;
  bool holdReports = false;
  std::shared_ptr<OperatorTable> operators;
};

AddonState& stateOf(Napi::Env env);

/** A new handle for `tensor`; an undefined tensor becomes `undefined`. */
Napi::Value wrap(Napi::Env env, at::Tensor tensor);
Napi::Value wrapAll(Napi::Env env, const std::vector<at::Tensor>& tensors);

/** The tensor behind a handle; null for 0, for a slot that is free, and for anything that is not a handle. */
const at::Tensor* findTensor(Napi::Env env, Napi::Value handle);

/** The tensor behind a handle; BridgeError 'disposed' naming `what` when there is none. */
const at::Tensor& tensorOf(Napi::Env env, Napi::Value handle, const char* what);
std::vector<at::Tensor> tensorsOf(Napi::Env env, Napi::Value list, const char* what);

/** "float32[2, 3]"; "disposed tensor" for null. */
std::string describeTensor(const at::Tensor* tensor);

void registerHandles(Napi::Env env, Napi::Object exports);

}  // namespace ftu
