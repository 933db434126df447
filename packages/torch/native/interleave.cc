// Rows are copied in runs of one pixel's channels.
#include "interleave.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "threads.h"
#include "vectors.h"

namespace ftu {
namespace {

FTU_INLINE void copy(const float* __restrict from, float* __restrict to, int64_t length) {
  for (int64_t c = 0; c < length; c++) to[c] = from[c];
}

FTU_INLINE void add(const float* __restrict a, const float* __restrict b, float* __restrict to, int64_t length) {
  for (int64_t c = 0; c < length; c++) to[c] = a[c] + b[c];
}

/** One row of the result, 2 `width` pixels, whose phases are a = `odd` (b = 0) and 2 + `odd` (b = 1). `beside` may be null. */
FTU_VECTORS void interleaveRow(const float* phases, const float* beside, float* y, int64_t width, int64_t channels, int64_t odd) {
  for (int64_t x = 0; x < 2 * width; x++) {
    const int64_t b = x % 2;
    const float* const from = phases + ((x / 2 + b) * 4 + 2 * b + odd) * channels;
    if (beside == nullptr) {
      copy(from, y + x * channels, channels);
    } else {
      add(from, beside + x * channels, y + x * channels, channels);
    }
  }
}

/** One row of the phases, `width` + 1 pixels, from rows of the gradient that are their even and their odd phases; null is zero. */
FTU_VECTORS void separateRow(const float* even, const float* odd, float* phases, int64_t width, int64_t channels) {
  const float* const rows[2] = {even, odd};
  for (int64_t x = 0; x <= width; x++) {
    for (int64_t phase = 0; phase < 4; phase++) {
      const int64_t b = phase / 2;
      const float* const row = rows[phase % 2];
      float* const to = phases + (x * 4 + phase) * channels;
      if (row == nullptr || (b == 0 ? x == width : x == 0)) {
        std::fill_n(to, channels, 0.0f);
      } else {
        copy(row + (2 * x - b) * channels, to, channels);
      }
    }
  }
}

at::Tensor emptyMap(int64_t batch, int64_t channels, int64_t height, int64_t width) {
  return at::empty({batch, channels, height, width}, at::TensorOptions().dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace

at::Tensor interleave(const at::Tensor& phases, const at::Tensor& beside) {
  const int64_t channels = phases.size(1) / 4, height = phases.size(2) - 1, width = phases.size(3) - 1;
  at::Tensor y = emptyMap(phases.size(0), channels, 2 * height, 2 * width);
  const float* const from = phases.data_ptr<float>();
  const float* const other = beside.defined() ? beside.data_ptr<float>() : nullptr;
  float* const to = y.data_ptr<float>();
  onThreads(y.size(0) * height, [&](int64_t k) {
    for (int64_t odd = 0; odd < 2; odd++) {
      const int64_t row = 2 * k + odd;
      const int64_t start = row * 2 * width * channels;
      const int64_t source = (k / height) * (height + 1) + k % height + odd;
      interleaveRow(from + source * (width + 1) * 4 * channels, other == nullptr ? nullptr : other + start, to + start, width, channels, odd);
    }
  });
  return y;
}

at::Tensor separate(const at::Tensor& dy) {
  const int64_t channels = dy.size(1), height = dy.size(2) / 2, width = dy.size(3) / 2;
  at::Tensor phases = emptyMap(dy.size(0), 4 * channels, height + 1, width + 1);
  const float* const from = dy.data_ptr<float>();
  float* const to = phases.data_ptr<float>();
  onThreads(dy.size(0) * (height + 1), [&](int64_t k) {
    const int64_t sample = k / (height + 1), i = k % (height + 1);
    const auto row = [&](int64_t y) { return from + (sample * 2 * height + y) * 2 * width * channels; };
    separateRow(i == height ? nullptr : row(2 * i), i == 0 ? nullptr : row(2 * i - 1), to + k * (width + 1) * 4 * channels, width, channels);
  });
  return phases;
}

}  // namespace ftu
