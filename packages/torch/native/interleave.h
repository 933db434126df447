// Four maps of one resolution become one of twice that, and back; all in channels_last memory, float32.
#pragma once
#include <ATen/core/Tensor.h>

namespace ftu {

/**
 * y[n, c, 2 i + a, 2 j + b] = phases[n, (2 b + a) C + c, i + a, j + b] + beside[n, c, 2 i + a, 2 j + b]
 *
 * @param phases N x 4 C x (H + 1) x (W + 1)
 * @param beside N x C x 2 H x 2 W, or undefined
 */
at::Tensor interleave(const at::Tensor& phases, const at::Tensor& beside);

/** The gradient of `phases`, from that of the result; zero where no pixel of the result comes from. */
at::Tensor separate(const at::Tensor& dy);

}  // namespace ftu
