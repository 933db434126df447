// Handles: creation, release, and telling V8 how many bytes they keep alive.
#include "handle.h"

#include "dtype.h"
#include "errors.h"

namespace ftu {
namespace {

void adjust(Napi::Env env, AddonState& state, int64_t change) {
  if (change == 0) return;
  state.externalBytes += change;
  Napi::MemoryManagement::AdjustExternalMemory(env, change);
}

void account(Napi::Env env, TensorBox& box) {
  AddonState& state = *box.state;
  state.liveHandles++;
  if (!box.tensor.has_storage()) return;
  const auto& storage = box.tensor.storage();
  box.storage = storage.unsafeGetStorageImpl();
  const int64_t bytes = static_cast<int64_t>(storage.nbytes());
  auto [entry, isNew] = state.storages.try_emplace(box.storage, AddonState::StorageUse{0, bytes});
  entry->second.handles++;
  if (isNew) adjust(env, state, bytes);
}

void release(Napi::Env env, TensorBox& box) {
  if (!box.tensor.defined()) return;
  AddonState& state = *box.state;
  state.liveHandles--;
  box.tensor.reset();
  if (box.storage == nullptr) return;
  auto entry = state.storages.find(box.storage);
  box.storage = nullptr;
  if (--entry->second.handles > 0) return;
  const int64_t bytes = entry->second.bytes;
  state.storages.erase(entry);
  adjust(env, state, -bytes);
}

void finalize(napi_env env, void* data, void*) {
  auto* box = static_cast<TensorBox*>(data);
  release(env, *box);
  box->state->boxes.erase(box);
  delete box;
}

Napi::Value releaseHandle(const Napi::CallbackInfo& info) {
  if (TensorBox* box = boxOf(info.Env(), info[0])) release(info.Env(), *box);
  return info.Env().Undefined();
}

Napi::Value liveTensors(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(stateOf(info.Env())->liveHandles));
}

Napi::Value externalBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(stateOf(info.Env())->externalBytes));
}

}  // namespace

const std::shared_ptr<AddonState>& stateOf(Napi::Env env) {
  return *env.GetInstanceData<std::shared_ptr<AddonState>>();
}

Napi::Value wrap(Napi::Env env, at::Tensor tensor) {
  if (!tensor.defined()) return env.Undefined();
  auto box = std::make_unique<TensorBox>();
  box->tensor = std::move(tensor);
  box->state = stateOf(env);
  napi_value value;
  const napi_status status = napi_create_external(env, box.get(), finalize, nullptr, &value);
  NAPI_THROW_IF_FAILED(env, status, Napi::Value());
  TensorBox* owned = box.release();
  owned->state->boxes.insert(owned);
  account(env, *owned);
  return Napi::Value(env, value);
}

Napi::Value wrapAll(Napi::Env env, const std::vector<at::Tensor>& tensors) {
  Napi::Array list = Napi::Array::New(env, tensors.size());
  for (uint32_t k = 0; k < tensors.size(); k++) list.Set(k, wrap(env, tensors[k]));
  return list;
}

TensorBox* boxOf(Napi::Env env, napi_value value) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external) return nullptr;
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) != napi_ok) return nullptr;
  auto* box = static_cast<TensorBox*>(data);
  return stateOf(env)->boxes.count(box) == 0 ? nullptr : box;
}

const at::Tensor& tensorOf(Napi::Env env, napi_value value, const char* what) {
  const TensorBox* box = boxOf(env, value);
  if (box == nullptr) throw BridgeError("argument", std::string(what) + " must be a Tensor");
  if (!box->tensor.defined()) throw BridgeError("disposed", std::string(what) + " has been disposed");
  return box->tensor;
}

std::vector<at::Tensor> tensorsOf(Napi::Env env, Napi::Value value, const char* what) {
  if (!value.IsArray()) throw BridgeError("argument", std::string(what) + " must be an array of Tensors");
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

std::string describeTensor(const at::Tensor& tensor) {
  if (!tensor.defined()) return "disposed tensor";
  std::string text = dtypeName(tensor.scalar_type());
  text += "[";
  for (int64_t k = 0; k < tensor.dim(); k++) text += (k == 0 ? "" : ", ") + std::to_string(tensor.size(k));
  return text + "]";
}

void registerHandles(Napi::Env env, Napi::Object exports) {
  exports.Set("release", Napi::Function::New(env, releaseHandle));
  exports.Set("liveTensors", Napi::Function::New(env, liveTensors));
  exports.Set("externalBytes", Napi::Function::New(env, externalBytes));
}

}  // namespace ftu
