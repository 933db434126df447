#include "area.h"

#include <math.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/** Keeps sums a hair below a half from rounding down where the exact mean is the half; as in core. */
#define NEARLY 1e-4

WIDE static void set_whole(uint16_t *restrict sums, const uint8_t *restrict data, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] = data[i];
}

WIDE static void add_whole(uint16_t *restrict sums, const uint8_t *restrict data, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + data[i]);
}

WIDE static void set_weighted(float *restrict sums, const uint8_t *restrict data, double weight, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] = (float)(weight * data[i]);
}

WIDE static void add_weighted(float *restrict sums, const uint8_t *restrict data, double weight, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] = (float)(sums[i] + weight * data[i]);
}

static void finish_whole(const area_job *job, uint8_t *out) {
  const uint16_t *sums = job->sums;
  const int32_t channels = job->channels, ratio = job->whole_across;
  const uint32_t area = (uint32_t)ratio * (uint32_t)job->whole_down;
  for (int32_t x = 0; x < job->across.count; x++) {
    for (int32_t c = 0; c < channels; c++) {
      const uint16_t *from = sums + (size_t)x * ratio * channels + c;
      uint32_t sum = 0;
      for (int32_t k = 0; k < ratio; k++) sum += from[(size_t)k * channels];
      *out++ = (uint8_t)((2 * sum + area) / (2 * area));
    }
  }
}

static void finish_weighted(const area_job *job, uint8_t *out) {
  const float *sums = job->sums;
  const area_axis *across = &job->across;
  for (int32_t x = 0; x < across->count; x++) {
    for (int32_t c = 0; c < job->channels; c++) {
      const float *from = sums + (size_t)across->first[x] * job->channels + c;
      double sum = 0;
      for (int32_t k = across->begin[x]; k < across->begin[x + 1]; k++, from += job->channels) {
        sum += across->weights[k] * *from;
      }
      const double value = floor(sum + 0.5 + NEARLY);
      *out++ = value > 255 ? 255 : (uint8_t)value;
    }
  }
}

void area_push(const area_job *job, const uint8_t *data, int32_t rows) {
  const size_t row_samples = (size_t)job->width * job->channels;
  const size_t out_samples = (size_t)job->across.count * job->channels;
  const area_axis *down = &job->down;
  for (int32_t r = 0; r < rows; r++, job->state[0]++) {
    const uint8_t *row = data + r * row_samples;
    const int32_t input = job->state[0];
    while (job->state[1] < down->count) {
      const int32_t y = job->state[1];
      const int32_t k = input - down->first[y];
      const int32_t last = down->begin[y + 1] - down->begin[y] - 1;
      if (k < 0 || k > last) break;
      if (job->whole_across > 0) {
        (k == 0 ? set_whole : add_whole)(job->sums, row, row_samples);
      } else {
        const double weight = down->weights[down->begin[y] + k];
        (k == 0 ? set_weighted : add_weighted)(job->sums, row, weight, row_samples);
      }
      if (k < last) break;
      uint8_t *out = job->out + (size_t)y * out_samples;
      if (job->whole_across > 0) finish_whole(job, out);
      else finish_weighted(job, out);
      job->state[1]++;
    }
  }
}
