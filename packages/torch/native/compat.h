// The few places where libtorch 1.13 and 2.x differ, so that no other file needs to know the version.
// Everything else uses calls that both have.
#pragma once
#include <ATen/autocast_mode.h>
#include <ATen/core/ivalue.h>
#include <torch/version.h>

#include <utility>

#define FTU_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace ftu {

/** c10::optional, which in 2.x is std::optional. */
template <class T>
using Optional = decltype(std::declval<const c10::IValue&>().toOptional<T>());

struct AutocastMode {
  bool enabled;
  at::ScalarType dtype;
};

#if FTU_TORCH_AT_LEAST(2, 4)
inline AutocastMode autocastMode(at::DeviceType device) {
  return {at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device)};
}
inline void setAutocastMode(at::DeviceType device, AutocastMode mode) {
  at::autocast::set_autocast_enabled(device, mode.enabled);
  at::autocast::set_autocast_dtype(device, mode.dtype);
}
#else
inline AutocastMode autocastMode(at::DeviceType device) {
  if (device == at::kCPU) return {at::autocast::is_cpu_enabled(), at::autocast::get_autocast_cpu_dtype()};
  return {at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
}
inline void setAutocastMode(at::DeviceType device, AutocastMode mode) {
  if (device == at::kCPU) {
    at::autocast::set_cpu_enabled(mode.enabled);
    at::autocast::set_autocast_cpu_dtype(mode.dtype);
  } else {
    at::autocast::set_enabled(mode.enabled);
    at::autocast::set_autocast_gpu_dtype(mode.dtype);
  }
}
#endif

}  // namespace ftu
