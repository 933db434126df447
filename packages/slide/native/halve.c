#include "halve.h"

#include <stddef.h>

void halve(const uint8_t *data, uint32_t width, uint32_t height, uint32_t samples, uint8_t *out) {
  const size_t stride = (size_t)width * samples;
  for (uint32_t y = 0; y < height; y += 2) {
    const uint8_t *above = data + y * stride;
    const uint8_t *below = y + 1 < height ? above + stride : above;
    for (uint32_t x = 0; x < width; x += 2) {
      const size_t left = (size_t)x * samples;
      const size_t right = x + 1 < width ? left + samples : left;
      for (uint32_t c = 0; c < samples; c++) {
        *out++ = (uint8_t)((above[left + c] + above[right + c] + below[left + c] + below[right + c] + 2) >> 2);
      }
    }
  }
}
