// Conversion by schema type. Lists with a fixed length ("int[2]") accept one element and repeat it, as Python does.
#include "convert.h"

#include <ATen/core/jit_type.h>

#include <cmath>

#include "dtype.h"
#include "errors.h"
#include "handle.h"

namespace ftu {
namespace {

using c10::IValue;
using c10::TypeKind;

constexpr double kMaxSafeInteger = 9007199254740991.0;

bool isSafeInteger(double number) { return std::trunc(number) == number && std::abs(number) <= kMaxSafeInteger; }

std::string describe(Napi::Env env, Napi::Value value, bool isTensor) {
  if (isTensor && value.IsNumber()) return "a Tensor " + describeTensor(findTensor(env, value));
  if (isTensor && value.IsArray()) return "an array of Tensors";
  if (value.IsString()) return "'" + value.As<Napi::String>().Utf8Value() + "'";
  if (value.IsNumber() || value.IsBoolean() || value.IsNull()) return value.ToString().Utf8Value();
  if (value.IsBigInt()) return value.ToString().Utf8Value() + "n";
  if (value.IsArray()) return "an array of " + std::to_string(value.As<Napi::Array>().Length());
  if (value.IsTypedArray()) return "a typed array";
  if (value.IsFunction()) return "a function";
  return value.IsUndefined() ? "undefined" : "an object";
}

/** Converts one argument; it carries what an error message needs. */
class Converter {
 public:
  Converter(Napi::Env env, const c10::Argument& argument, bool isTensor)
      : env_(env), argument_(argument), isTensor_(isTensor) {}

  IValue convert(const c10::Type& type, Napi::Value value) const {
    switch (type.kind()) {
      case TypeKind::OptionalType:
        if (value.IsNull() || value.IsUndefined()) return IValue();
        return convert(*type.castRaw<c10::OptionalType>()->getElementType(), value);
      case TypeKind::TensorType:
        return tensor(type, value);
      case TypeKind::ListType:
        return list(type, value);
      default:
        // A handle is a number, which must not pass for one.
        if (isTensor_) refuse(type, value);
        return plain(type, value);
    }
  }

 private:
  Napi::Env env_;
  const c10::Argument& argument_;
  const bool isTensor_;

  IValue plain(const c10::Type& type, Napi::Value value) const {
    switch (type.kind()) {
      case TypeKind::IntType:
      case TypeKind::SymIntType:
        return integer(type, value);
      case TypeKind::FloatType:
        if (!value.IsNumber()) refuse(type, value);
        return value.As<Napi::Number>().DoubleValue();
      case TypeKind::BoolType:
        if (!value.IsBoolean()) refuse(type, value);
        return value.As<Napi::Boolean>().Value();
      case TypeKind::StringType:
        if (!value.IsString()) refuse(type, value);
        return value.As<Napi::String>().Utf8Value();
      case TypeKind::NumberType:
        return scalar(type, value);
      case TypeKind::ScalarTypeType:
        if (value.IsNumber()) return integer(type, value);
        return static_cast<int64_t>(parseDtype(text(type, value)));
      case TypeKind::LayoutType:
        if (value.IsNumber()) return integer(type, value);
        return static_cast<int64_t>(parseLayout(text(type, value)));
      case TypeKind::MemoryFormatType:
        if (value.IsNumber()) return integer(type, value);
        return static_cast<int64_t>(parseMemoryFormat(text(type, value)));
      case TypeKind::DeviceObjType:
        return IValue(parseDevice(text(type, value)));
      default:
        throw BridgeError("argument", "argument '" + argument_.name() + "' is of type " + type.str() +
                                          ", which has no JavaScript form; leave it undefined");
    }
  }

  [[noreturn]] void refuse(const c10::Type& type, Napi::Value value, const char* why = "") const {
    throw BridgeError("argument", "argument '" + argument_.name() + "' must be " + name(type) + ", got " +
                                      describe(env_, value, isTensor_) + why);
  }

  std::string name(const c10::Type& type) const { return typeName(type, argument_.N() ? *argument_.N() : 0); }

  IValue tensor(const c10::Type& type, Napi::Value value) const {
    if (!isTensor_ || !value.IsNumber()) refuse(type, value);
    const at::Tensor* tensor = findTensor(env_, value);
    if (tensor == nullptr) {
      throw BridgeError("disposed", "argument '" + argument_.name() + "' is a tensor that has been disposed");
    }
    return *tensor;
  }

  int64_t integer(const c10::Type& type, Napi::Value value) const {
    if (value.IsBigInt()) return bigint(type, value);
    if (!value.IsNumber()) refuse(type, value);
    const double number = value.As<Napi::Number>().DoubleValue();
    if (!isSafeInteger(number)) refuse(type, value, ", which is not a safe integer");
    return static_cast<int64_t>(number);
  }

  int64_t bigint(const c10::Type& type, Napi::Value value) const {
    bool lossless = false;
    const int64_t number = value.As<Napi::BigInt>().Int64Value(&lossless);
    if (!lossless) refuse(type, value, ", which does not fit 64 bits");
    return number;
  }

  IValue scalar(const c10::Type& type, Napi::Value value) const {
    if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
    if (value.IsBigInt()) return bigint(type, value);
    if (!value.IsNumber()) refuse(type, value);
    const double number = value.As<Napi::Number>().DoubleValue();
    const bool negativeZero = number == 0 && std::signbit(number);
    if (isSafeInteger(number) && !negativeZero) return static_cast<int64_t>(number);
    return number;
  }

  std::string text(const c10::Type& type, Napi::Value value) const {
    if (!value.IsString()) refuse(type, value);
    return value.As<Napi::String>().Utf8Value();
  }

  IValue list(const c10::Type& type, Napi::Value value) const {
    const c10::TypePtr& element = type.castRaw<c10::ListType>()->getElementType();
    const bool ofTensors = element->isSubtypeOf(c10::OptionalType::ofTensor());
    if (isTensor_ && !(ofTensors && value.IsArray())) refuse(type, value);
    switch (element->kind()) {
      case TypeKind::IntType:
      case TypeKind::SymIntType:
        return elements<int64_t>(type, value, [&](Napi::Value item) { return integer(*element, item); });
      case TypeKind::FloatType:
        return elements<double>(type, value, [&](Napi::Value item) { return convert(*element, item).toDouble(); });
      case TypeKind::BoolType:
        return elements<bool>(type, value, [&](Napi::Value item) { return convert(*element, item).toBool(); });
      case TypeKind::TensorType:
        return elements<at::Tensor>(type, value, [&](Napi::Value item) { return tensor(*element, item).toTensor(); });
      default: {
        c10::impl::GenericList items(element);
        each(type, value, [&](Napi::Value item) { items.push_back(convert(*element, item)); });
        return items;
      }
    }
  }

  template <class T, class One>
  c10::List<T> elements(const c10::Type& type, Napi::Value value, One&& one) const {
    c10::List<T> items;
    each(type, value, [&](Napi::Value item) { items.push_back(one(item)); });
    return items;
  }

  template <class Visit>
  void each(const c10::Type& type, Napi::Value value, Visit&& visit) const {
    if (value.IsArray()) {
      Napi::Array items = value.As<Napi::Array>();
      const uint32_t length = items.Length();
      for (uint32_t k = 0; k < length; k++) visit(items.Get(k));
      return;
    }
    const int32_t repeat = argument_.N() ? *argument_.N() : 0;
    const bool single = value.IsNumber() || value.IsBigInt() || value.IsBoolean();
    if (repeat == 0 || !single) refuse(type, value);
    for (int32_t k = 0; k < repeat; k++) visit(value);
  }
};

}  // namespace

std::string typeName(const c10::Type& type, int32_t length) {
  switch (type.kind()) {
    case TypeKind::OptionalType:
      return typeName(*type.castRaw<c10::OptionalType>()->getElementType(), length) + "?";
    case TypeKind::ListType:
      return typeName(*type.castRaw<c10::ListType>()->getElementType(), 0) + "[" +
             (length > 0 ? std::to_string(length) : "") + "]";
    case TypeKind::SymIntType:
      return "int";
    case TypeKind::ScalarTypeType:
      return "dtype";
    default:
      return type.str();
  }
}

IValue toIValue(Napi::Env env, const c10::Argument& argument, Napi::Value value, bool isTensor) {
  return Converter(env, argument, isTensor).convert(*argument.real_type(), value);
}

namespace {

Napi::Value plainResult(Napi::Env env, const IValue& value) {
  if (value.isInt()) {
    const int64_t number = value.toInt();
    if (std::abs(static_cast<double>(number)) > kMaxSafeInteger) return Napi::BigInt::New(env, number);
    return Napi::Number::New(env, static_cast<double>(number));
  }
  if (value.isDouble()) return Napi::Number::New(env, value.toDouble());
  if (value.isBool()) return Napi::Boolean::New(env, value.toBool());
  if (value.isString()) return Napi::String::New(env, value.toStringRef());
  if (value.isDevice()) return Napi::String::New(env, value.toDevice().str());
  throw BridgeError("operator", "the result is a " + value.tagKind() + ", which has no JavaScript form");
}

}  // namespace

Napi::Value fromIValue(Napi::Env env, const IValue& value) {
  if (value.isTensor()) return wrap(env, value.toTensor());
  if (value.isNone()) return env.Undefined();
  if (value.isList() || value.isTuple()) {
    Napi::Array array = Napi::Array::New(env);
    uint32_t k = 0;
    if (value.isTuple()) {
      for (const IValue& item : value.toTupleRef().elements()) array.Set(k++, fromIValue(env, item));
    } else {
      for (const IValue& item : value.toListRef()) array.Set(k++, fromIValue(env, item));
    }
    return array;
  }
  Napi::Object plain = Napi::Object::New(env);
  plain.Set("value", plainResult(env, value));
  return plain;
}

}  // namespace ftu
