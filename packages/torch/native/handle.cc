// Handles: creation, release, and telling V8 how many bytes they keep alive.
#include "handle.h"

#include "dtype.h"
#include "errors.h"

namespace ftu {
namespace {

void report(Napi::Env env, AddonState& state) {
  if (state.holdReports || state.unreportedBytes == 0) return;
  Napi::MemoryManagement::AdjustExternalMemory(env, state.unreportedBytes);
  state.unreportedBytes = 0;
}

void adjust(Napi::Env env, AddonState& state, int64_t change) {
  state.externalBytes += change;
  state.unreportedBytes += change;
  report(env, state);
}

/**
 * holdReports(on): while a scope is open V8 is not told of what comes and goes, because the scope frees it anyway and
 * every report of some megabytes makes V8 collect garbage that is not there. At the end it learns what is left.
 */
Napi::Value holdReports(const Napi::CallbackInfo& info) {
  AddonState& state = stateOf(info.Env());
  state.holdReports = info[0].As<Napi::Boolean>().Value();
  report(info.Env(), state);
  return info.Env().Undefined();
}

void account(Napi::Env env, AddonState& state, AddonState::Slot& slot) {
  if (!slot.tensor.has_storage()) return;
  const auto& storage = slot.tensor.storage();
  slot.storage = storage.unsafeGetStorageImpl();
  const int64_t bytes = static_cast<int64_t>(storage.nbytes());
  auto [entry, isNew] = state.storages.try_emplace(slot.storage, AddonState::StorageUse{0, bytes});
  entry->second.handles++;
  if (isNew) adjust(env, state, bytes);
}

/** release(handle): harmless for a handle that is free already. */
Napi::Value release(const Napi::CallbackInfo& info) {
  AddonState& state = stateOf(info.Env());
  const uint32_t handle = info[0].As<Napi::Number>().Uint32Value();
  if (handle >= state.slots.size() || !state.slots[handle].tensor.defined()) return info.Env().Undefined();
  AddonState::Slot slot = std::move(state.slots[handle]);
  state.slots[handle] = {};
  state.freeSlots.push_back(handle);
  if (slot.storage == nullptr) return info.Env().Undefined();
  auto entry = state.storages.find(slot.storage);
  if (--entry->second.handles > 0) return info.Env().Undefined();
  const int64_t bytes = entry->second.bytes;
  state.storages.erase(entry);
  adjust(info.Env(), state, -bytes);
  return info.Env().Undefined();
}

Napi::Value liveTensors(const Napi::CallbackInfo& info) {
  const AddonState& state = stateOf(info.Env());
  return Napi::Number::New(info.Env(), static_cast<double>(state.slots.size() - 1 - state.freeSlots.size()));
}

Napi::Value externalBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(stateOf(info.Env()).externalBytes));
}

}  // namespace

AddonState& stateOf(Napi::Env env) { return *env.GetInstanceData<AddonState>(); }

Napi::Value wrap(Napi::Env env, at::Tensor tensor) {
  if (!tensor.defined()) return env.Undefined();
  AddonState& state = stateOf(env);
  uint32_t handle = 0;
  if (state.freeSlots.empty()) {
    handle = static_cast<uint32_t>(state.slots.size());
    state.slots.emplace_back();
    state.freeSlots.reserve(state.slots.capacity());  // so that release never has to allocate
  } else {
    handle = state.freeSlots.back();
    state.freeSlots.pop_back();
  }
  state.slots[handle].tensor = std::move(tensor);
  account(env, state, state.slots[handle]);
  return Napi::Number::New(env, handle);
}

Napi::Value wrapAll(Napi::Env env, const std::vector<at::Tensor>& tensors) {
  Napi::Array list = Napi::Array::New(env, tensors.size());
  for (uint32_t k = 0; k < tensors.size(); k++) list.Set(k, wrap(env, tensors[k]));
  return list;
}

const at::Tensor* findTensor(Napi::Env env, Napi::Value value) {
  uint32_t handle = 0;
  if (napi_get_value_uint32(env, value, &handle) != napi_ok) return nullptr;
  const AddonState& state = stateOf(env);
  if (handle >= state.slots.size() || !state.slots[handle].tensor.defined()) return nullptr;
  return &state.slots[handle].tensor;
}

const at::Tensor& tensorOf(Napi::Env env, Napi::Value handle, const char* what) {
  const at::Tensor* tensor = findTensor(env, handle);
  if (tensor == nullptr) throw BridgeError("disposed", std::string(what) + " has been disposed");
  return *tensor;
}

std::vector<at::Tensor> tensorsOf(Napi::Env env, Napi::Value value, const char* what) {
  Napi::Array list = value.As<Napi::Array>();
  std::vector<at::Tensor> tensors;
  tensors.reserve(list.Length());
  for (uint32_t k = 0; k < list.Length(); k++) {
    const Napi::Value item = list.Get(k);
    if (item.IsUndefined()) {
      tensors.emplace_back();
    } else {
      tensors.push_back(tensorOf(env, item, (std::string(what) + "[" + std::to_string(k) + "]").c_str()));
    }
  }
  return tensors;
}

std::string describeTensor(const at::Tensor* tensor) {
  if (tensor == nullptr || !tensor->defined()) return "disposed tensor";
  std::string text = dtypeName(tensor->scalar_type());
  text += "[";
  for (int64_t k = 0; k < tensor->dim(); k++) text += (k == 0 ? "" : ", ") + std::to_string(tensor->size(k));
  return text + "]";
}

void registerHandles(Napi::Env env, Napi::Object exports) {
  exports.Set("release", Napi::Function::New(env, release));
  exports.Set("holdReports", Napi::Function::New(env, holdReports));
  exports.Set("liveTensors", Napi::Function::New(env, liveTensors));
  exports.Set("externalBytes", Napi::Function::New(env, externalBytes));
}

}  // namespace ftu
