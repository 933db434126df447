// Work on the threads of libtorch.
#pragma once
#include <ATen/TensorIterator.h>
#include <ATen/ops/arange.h>

namespace ftu {

/**
 * Calls body(k) for every k below `count`, each thread taking a run of neighbours. The threads are asked of TensorIterator: at::parallel_for
 * is a template, and would use the OpenMP of this code's compiler, which need not be the one in libtorch.
 */
template <class Body>
void onThreads(int64_t count, const Body& body) {
  const at::Tensor numbers = at::arange(count, at::kLong);
  at::TensorIteratorConfig config;
  config.check_all_same_dtype(false).resize_outputs(false).add_output(numbers);
  config.build().for_each(
      [&](char** data, const int64_t* strides, int64_t n) {
        for (int64_t k = 0; k < n; k++) body(*reinterpret_cast<const int64_t*>(data[0] + k * strides[0]));
      },
      1);
}

}  // namespace ftu
