// The passes of batch normalisation over memory, for maps whose channels lie next to each other (N x H x W x C, float32).
// One reading for the statistics, one for the result. The gradient works the normalised map out again instead of keeping it.
#pragma once
#include <cstdint>

namespace ftu {

enum class Activation { identity, relu, relu6, sigmoid, silu };

/**
 * Values per channel, repeated up to `width`, a multiple of the number of channels: a map of few channels is worked on in rows that are
 * long enough for vectors.
 */
struct ChannelTables {
  int64_t width;
  const float* mean;
  /** weight / standard deviation */
  const float* scale;
  const float* bias;
};

/** With g the gradient of the normalised map: the mean of g, and the mean of g (x - mean) over the variance. */
struct GradientTables {
  const float* mean;
  const float* slope;
};

// Maps are matrices of `width` columns and `count` values; the last row may be incomplete.

/**
 * Adds, for each column, the sum of the differences from `pivot` and of their squares. Sums are float32 over eight rows, double above that.
 *
 * @param scratch room for 2 width values
 */
void addMoments(const float* x, int64_t count, int64_t width, const float* pivot, double* sum, double* squares,
                float* scratch);

/** y = activation((x - mean) scale + bias) */
void normalise(const float* x, float* y, int64_t count, const ChannelTables& tables, Activation activation);

/**
 * Adds, for each column, the sum of g and of g (x - mean), where g = dy activation'((x - mean) scale + bias).
 *
 * @param scratch room for 2 width values
 */
void addGradientMoments(const float* x, const float* dy, int64_t count, const ChannelTables& tables, Activation activation, double* sum,
                        double* products, float* scratch);

/** dx = scale (g - mean of g - (x - mean) slope) */
void inputGradient(const float* x, const float* dy, float* dx, int64_t count, const ChannelTables& tables, const GradientTables& gradients,
                   Activation activation);

}  // namespace ftu
