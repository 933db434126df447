// Tensors from and to typed arrays, and what a tensor can be asked.
// Every data transfer is one copy: straight into the tensor's own memory, or straight out of it.
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cmath>
#include <cstring>

#include "dtype.h"
#include "errors.h"
#include "handle.h"
#include "modules.h"

namespace ftu {
namespace {

struct TypedMemory {
  void* data;
  size_t length;
  at::ScalarType dtype;
};

/** A typed array's memory. Uint16Array holds raw bits, so `bits` (float16 or bfloat16) says what they mean. */
TypedMemory memoryOf(Napi::Value value, at::ScalarType bits) {
  if (!value.IsTypedArray()) throw BridgeError("argument", "the data must be a typed array");
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr);
  if (status != napi_ok) throw BridgeError("argument", "the typed array's memory cannot be read");
  switch (type) {
    case napi_float32_array: return {data, length, at::kFloat};
    case napi_float64_array: return {data, length, at::kDouble};
    case napi_bigint64_array: return {data, length, at::kLong};
    case napi_int32_array: return {data, length, at::kInt};
    case napi_int16_array: return {data, length, at::kShort};
    case napi_int8_array: return {data, length, at::kChar};
    case napi_uint8_array:
    case napi_uint8_clamped_array: return {data, length, at::kByte};
    case napi_uint16_array:
      if (bits == at::kHalf || bits == at::kBFloat16) return {data, length, bits};
      throw BridgeError("argument", "a Uint16Array holds the bits of float16 or bfloat16; give that dtype");
    default:
      throw BridgeError("argument", "this kind of typed array has no dtype; use Float32Array, Float64Array, BigInt64Array, "
                                    "Int32Array, Int16Array, Int8Array, Uint8Array or Uint16Array");
  }
}

std::vector<int64_t> shapeOf(Napi::Value value) {
  if (!value.IsArray()) throw BridgeError("argument", "the shape must be an array of numbers");
  Napi::Array list = value.As<Napi::Array>();
  std::vector<int64_t> shape;
  for (uint32_t k = 0; k < list.Length(); k++) {
    const Napi::Value item = list.Get(k);
    const double size = item.IsNumber() ? item.As<Napi::Number>().DoubleValue() : -1;
    if (!(size >= 0 && size <= 9007199254740991.0 && std::trunc(size) == size)) {
      throw BridgeError("argument", "shape[" + std::to_string(k) + "] must be a non-negative integer");
    }
    shape.push_back(static_cast<int64_t>(size));
  }
  return shape;
}

std::string join(at::IntArrayRef sizes) {
  std::string text = "[";
  for (size_t k = 0; k < sizes.size(); k++) text += (k == 0 ? "" : ", ") + std::to_string(sizes[k]);
  return text + "]";
}

void checkLength(size_t length, at::IntArrayRef shape) {
  double count = 1;
  for (const int64_t size : shape) count *= static_cast<double>(size);
  if (count != static_cast<double>(length)) {
    throw BridgeError("argument", "shape " + join(shape) + " does not fit a typed array of " + std::to_string(length) +
                                      " elements");
  }
}

/** fromData(typedArray, shape, dtype?, device?) */
Napi::Value fromData(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "tensor", [&] {
    const bool hasDtype = info[2].IsString();
    const at::ScalarType wanted = hasDtype ? parseDtype(info[2].As<Napi::String>()) : at::kFloat;
    const TypedMemory source = memoryOf(info[0], wanted);
    const std::vector<int64_t> shape = shapeOf(info[1]);
    checkLength(source.length, shape);
    const at::ScalarType dtype = hasDtype ? wanted : source.dtype;
    const at::Device device = info[3].IsString() ? parseDevice(info[3].As<Napi::String>()) : at::Device(at::kCPU);
    at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(dtype).device(device));
    if (source.length == 0) return wrap(info.Env(), tensor);
    if (dtype == source.dtype && device.is_cpu()) {
      std::memcpy(tensor.data_ptr(), source.data, tensor.nbytes());
    } else {
      tensor.copy_(at::from_blob(source.data, shape, at::TensorOptions().dtype(source.dtype)));
    }
    return wrap(info.Env(), tensor);
  });
}

/** copyInto(handle, typedArray): row-major, converted to the array's element type. */
Napi::Value copyInto(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "copyInto", [&] {
    const at::Tensor tensor = tensorOf(info.Env(), info[0], "the tensor").detach();
    const TypedMemory target = memoryOf(info[1], tensor.scalar_type());
    checkLength(target.length, tensor.sizes());
    // A bool tensor's storage is bytes of 0 and 1, which a Uint8Array shows as they are.
    const bool raw = tensor.scalar_type() == at::kBool && target.dtype == at::kByte;
    if (target.length > 0) {
      at::from_blob(target.data, tensor.sizes(), at::TensorOptions().dtype(raw ? at::kBool : target.dtype)).copy_(tensor);
    }
    return info.Env().Undefined();
  });
}

Napi::Value integers(Napi::Env env, at::IntArrayRef values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  for (uint32_t k = 0; k < values.size(); k++) array.Set(k, Napi::Number::New(env, static_cast<double>(values[k])));
  return array;
}

/** Registers a function of one tensor handle (and more arguments, which `body` reads itself). */
template <class Body>
void property(Napi::Env env, Napi::Object exports, const char* name, Body body) {
  exports.Set(name, Napi::Function::New(env, [name, body](const Napi::CallbackInfo& info) -> Napi::Value {
                return guarded(info.Env(), name, [&]() -> Napi::Value {
                  return body(info, tensorOf(info.Env(), info[0], "the tensor"));
                });
              }));
}

Napi::Value convert(const Napi::CallbackInfo& info, const at::Tensor& tensor) {
  at::TensorOptions options;
  if (info[1].IsString()) options = options.dtype(parseDtype(info[1].As<Napi::String>()));
  if (info[2].IsString()) options = options.device(parseDevice(info[2].As<Napi::String>()));
  const at::MemoryFormat format =
      info[3].IsString() ? parseMemoryFormat(info[3].As<Napi::String>()) : at::MemoryFormat::Preserve;
  return wrap(info.Env(), tensor.to(options, false, false, format));
}

}  // namespace

void registerTensors(Napi::Env env, Napi::Object exports) {
  exports.Set("fromData", Napi::Function::New(env, fromData));
  exports.Set("copyInto", Napi::Function::New(env, copyInto));
  property(env, exports, "shape", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return integers(info.Env(), t.sizes());
  });
  property(env, exports, "strides", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return integers(info.Env(), t.strides());
  });
  property(env, exports, "dtype", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::String::New(info.Env(), dtypeName(t.scalar_type()));
  });
  property(env, exports, "device", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::String::New(info.Env(), t.device().str());
  });
  property(env, exports, "numel", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::Number::New(info.Env(), static_cast<double>(t.numel()));
  });
  property(env, exports, "isContiguous", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::Boolean::New(info.Env(), t.is_contiguous(parseMemoryFormat(info[1].As<Napi::String>())));
  });
  property(env, exports, "item", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::Number::New(info.Env(), t.item().toDouble());
  });
  property(env, exports, "isLeaf", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return Napi::Boolean::New(info.Env(), t.is_leaf());
  });
  property(env, exports, "detach", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return wrap(info.Env(), t.detach());
  });
  property(env, exports, "clone", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    return wrap(info.Env(), t.clone());
  });
  property(env, exports, "to", convert);
  property(env, exports, "copyFrom", [](const Napi::CallbackInfo& info, const at::Tensor& t) -> Napi::Value {
    t.copy_(tensorOf(info.Env(), info[1], "the source"));
    return info.Env().Undefined();
  });
}

}  // namespace ftu
