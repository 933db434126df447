// Each pass as a loop over rows, written once for all activations.
#include "batch_norm_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "vectors.h"

namespace ftu {
namespace {

/** Rows whose sums are float32. */
constexpr int64_t kGroup = 8;

/**
 * e^x for x <= 0, to within 2 units in the last place; x below -87 counts as -87. With x = n ln 2 + r, the polynomial is that of Cephes' expf
 * for e^r.
 */
FTU_INLINE float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the lowest bits.
  const float shifted = x * 1.44269504f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  uint32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

FTU_INLINE float logistic(float z) {
  const float e = exponential(-std::fabs(z));
  return (z < 0.0f ? e : 1.0f) / (1.0f + e);
}

// Each activation: its value at z, and dy times its derivative there. What is not a number stays so.
struct Identity {
  static FTU_INLINE float value(float z) { return z; }
  static FTU_INLINE float gradient(float, float dy) { return dy; }
};
struct Relu {
  static FTU_INLINE float value(float z) { return z < 0.0f ? 0.0f : z; }
  static FTU_INLINE float gradient(float z, float dy) { return z <= 0.0f ? 0.0f : dy; }
};
struct Relu6 {
  static FTU_INLINE float value(float z) {
    z = z < 0.0f ? 0.0f : z;
    return z > 6.0f ? 6.0f : z;
  }
  static FTU_INLINE float gradient(float z, float dy) {
    dy = z <= 0.0f ? 0.0f : dy;
    return z >= 6.0f ? 0.0f : dy;
  }
};
struct Sigmoid {
  static FTU_INLINE float value(float z) { return logistic(z); }
  static FTU_INLINE float gradient(float z, float dy) {
    const float s = logistic(z);
    return dy * s * (1.0f - s);
  }
};
struct Silu {
  static FTU_INLINE float value(float z) { return z * logistic(z); }
  static FTU_INLINE float gradient(float z, float dy) {
    const float s = logistic(z);
    return dy * s * (1.0f + z * (1.0f - s));
  }
};

#define FTU_CASE(kind, type, call) \
  case Activation::kind: {         \
    using A = type;                \
    call;                          \
    break;                         \
  }
/** Runs `call` with the activation as the type A. */
#define FTU_FOR_ACTIVATION(activation, call) \
  switch (activation) {                      \
    FTU_CASE(identity, Identity, call)       \
    FTU_CASE(relu, Relu, call)               \
    FTU_CASE(relu6, Relu6, call)             \
    FTU_CASE(sigmoid, Sigmoid, call)         \
    FTU_CASE(silu, Silu, call)               \
  }

FTU_INLINE void flush(float* __restrict group, int64_t width, double* __restrict total) {
  for (int64_t i = 0; i < width; i++) {
    total[i] += group[i];
    group[i] = 0.0f;
  }
}

FTU_INLINE void momentsOfRow(const float* __restrict x, int64_t length, const float* __restrict pivot, float* __restrict sum,
                             float* __restrict squares) {
  for (int64_t i = 0; i < length; i++) {
    const float d = x[i] - pivot[i];
    sum[i] += d;
    squares[i] += d * d;
  }
}

template <class A>
FTU_INLINE void normaliseRow(const float* __restrict x, float* __restrict y, int64_t length, const float* __restrict mean,
                             const float* __restrict scale, const float* __restrict bias) {
  for (int64_t i = 0; i < length; i++) y[i] = A::value((x[i] - mean[i]) * scale[i] + bias[i]);
}

template <class A>
FTU_INLINE void normaliseRows(const float* x, float* y, int64_t count, const ChannelTables& t) {
  for (int64_t k = 0; k < count; k += t.width) {
    normaliseRow<A>(x + k, y + k, std::min(t.width, count - k), t.mean, t.scale, t.bias);
  }
}

template <class A>
FTU_INLINE void gradientMomentsOfRow(const float* __restrict x, const float* __restrict dy, int64_t length, const float* __restrict mean,
                                     const float* __restrict scale, const float* __restrict bias, float* __restrict sum,
                                     float* __restrict products) {
  for (int64_t i = 0; i < length; i++) {
    const float d = x[i] - mean[i];
    const float g = A::gradient(d * scale[i] + bias[i], dy[i]);
    sum[i] += g;
    products[i] += g * d;
  }
}

template <class A>
FTU_INLINE void gradientMomentsOfRows(const float* x, const float* dy, int64_t count, const ChannelTables& t, double* sum, double* products,
                                      float* scratch) {
  std::fill_n(scratch, 2 * t.width, 0.0f);
  for (int64_t k = 0, row = 1; k < count; k += t.width, row++) {
    gradientMomentsOfRow<A>(x + k, dy + k, std::min(t.width, count - k), t.mean, t.scale, t.bias, scratch, scratch + t.width);
    if (row % kGroup != 0 && k + t.width < count) continue;
    flush(scratch, t.width, sum);
    flush(scratch + t.width, t.width, products);
  }
}

template <class A>
FTU_INLINE void inputGradientOfRow(const float* __restrict x, const float* __restrict dy, float* __restrict dx, int64_t length,
                                   const float* __restrict mean, const float* __restrict scale, const float* __restrict bias,
                                   const float* __restrict meanGradient, const float* __restrict slope) {
  for (int64_t i = 0; i < length; i++) {
    const float d = x[i] - mean[i];
    const float g = A::gradient(d * scale[i] + bias[i], dy[i]);
    dx[i] = scale[i] * (g - meanGradient[i] - d * slope[i]);
  }
}

template <class A>
FTU_INLINE void inputGradientOfRows(const float* x, const float* dy, float* dx, int64_t count, const ChannelTables& t,
                                    const GradientTables& g) {
  for (int64_t k = 0; k < count; k += t.width) {
    inputGradientOfRow<A>(x + k, dy + k, dx + k, std::min(t.width, count - k), t.mean, t.scale, t.bias, g.mean, g.slope);
  }
}

}  // namespace

FTU_VECTORS void addMoments(const float* x, int64_t count, int64_t width, const float* pivot, double* sum, double* squares,
                            float* scratch) {
  std::fill_n(scratch, 2 * width, 0.0f);
  for (int64_t k = 0, row = 1; k < count; k += width, row++) {
    momentsOfRow(x + k, std::min(width, count - k), pivot, scratch, scratch + width);
    if (row % kGroup != 0 && k + width < count) continue;
    flush(scratch, width, sum);
    flush(scratch + width, width, squares);
  }
}

FTU_VECTORS void normalise(const float* x, float* y, int64_t count, const ChannelTables& tables, Activation activation) {
  FTU_FOR_ACTIVATION(activation, normaliseRows<A>(x, y, count, tables));
}

FTU_VECTORS void addGradientMoments(const float* x, const float* dy, int64_t count, const ChannelTables& tables, Activation activation,
                                    double* sum, double* products, float* scratch) {
  FTU_FOR_ACTIVATION(activation, gradientMomentsOfRows<A>(x, dy, count, tables, sum, products, scratch));
}

FTU_VECTORS void inputGradient(const float* x, const float* dy, float* dx, int64_t count, const ChannelTables& tables,
                               const GradientTables& gradients, Activation activation) {
  FTU_FOR_ACTIVATION(activation, inputGradientOfRows<A>(x, dy, dx, count, tables, gradients));
}

}  // namespace ftu
