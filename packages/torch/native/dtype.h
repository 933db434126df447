// Names that users write as strings: dtypes, devices, layouts, memory formats.
// One table per kind, used by tensors, operators and autocast alike.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

namespace ftu {

/** 'float32', 'bool', ... as PyTorch spells them. */
const char* dtypeName(at::ScalarType dtype);

/** BridgeError 'argument' listing what exists when the name is unknown. */
at::ScalarType parseDtype(const std::string& name);
at::MemoryFormat parseMemoryFormat(const std::string& name);
at::Layout parseLayout(const std::string& name);

/** 'cpu', 'cuda', 'cuda:1'; BridgeError 'argument' when libtorch has no such device. */
at::Device parseDevice(const std::string& name);

}  // namespace ftu
