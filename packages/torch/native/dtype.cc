// The tables behind dtype.h.
#include "dtype.h"

#include <ATen/Context.h>
#include <torch/version.h>

#include <utility>
#include <vector>

#include "errors.h"

namespace ftu {
namespace {

template <class T>
using Names = std::vector<std::pair<const char*, T>>;

const Names<at::ScalarType>& dtypes() {
  static const Names<at::ScalarType> table = {
      {"float32", at::kFloat},         {"float64", at::kDouble},
      {"float16", at::kHalf},          {"bfloat16", at::kBFloat16},
      {"int64", at::kLong},            {"int32", at::kInt},
      {"int16", at::kShort},           {"int8", at::kChar},
      {"uint8", at::kByte},            {"bool", at::kBool},
      {"complex64", at::kComplexFloat}, {"complex128", at::kComplexDouble},
  };
  return table;
}

const Names<at::MemoryFormat>& memoryFormats() {
  static const Names<at::MemoryFormat> table = {
      {"contiguous", at::MemoryFormat::Contiguous},
      {"channels_last", at::MemoryFormat::ChannelsLast},
      {"channels_last_3d", at::MemoryFormat::ChannelsLast3d},
      {"preserve", at::MemoryFormat::Preserve},
  };
  return table;
}

const Names<at::Layout>& layouts() {
  static const Names<at::Layout> table = {{"strided", at::kStrided}, {"sparse_coo", at::kSparse}};
  return table;
}

template <class T>
T parse(const Names<T>& table, const char* kind, const std::string& name) {
  std::string known;
  for (const auto& [text, value] : table) {
    if (name == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  throw BridgeError("argument", std::string("unknown ") + kind + " '" + name + "'; there are " + known);
}

}  // namespace

const char* dtypeName(at::ScalarType dtype) {
  for (const auto& [text, value] : dtypes()) {
    if (value == dtype) return text;
  }
  return c10::toString(dtype);
}

at::ScalarType parseDtype(const std::string& name) { return parse(dtypes(), "dtype", name); }
at::MemoryFormat parseMemoryFormat(const std::string& name) { return parse(memoryFormats(), "memory format", name); }
at::Layout parseLayout(const std::string& name) { return parse(layouts(), "layout", name); }

at::Device parseDevice(const std::string& name) {
  at::Device device(at::kCPU);
  try {
    device = at::Device(name);
  } catch (const c10::Error&) {
    throw BridgeError("argument", "unknown device '" + name + "'; write 'cpu', 'cuda' or 'cuda:0'");
  }
  if (device.is_cuda() && !at::hasCUDA()) {
    throw BridgeError("argument", "no CUDA device for '" + name + "' (libtorch " TORCH_VERSION
                                  " is built without CUDA, or no GPU is visible)");
  }
  return device;
}

}  // namespace ftu
