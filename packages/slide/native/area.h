/**
 * The box filter of core's `AreaStream`, on rows as they arrive. Knows nothing of Node.
 */
#ifndef FTUSEG_SLIDE_AREA_H
#define FTUSEG_SLIDE_AREA_H

#include <stddef.h>
#include <stdint.h>

/** One axis: output i covers inputs from first[i], with weights[begin[i] .. begin[i + 1]). */
typedef struct {
  const int32_t *first;
  const int32_t *begin;
  const double *weights;
  int32_t count;
} area_axis;

typedef struct {
  area_axis across;
  area_axis down;
  int32_t channels;
  /** Input pixels per row. */
  int32_t width;
  /** Input pixels per output pixel across and down, where both are whole and pixels align; else 0. */
  int32_t whole_across;
  int32_t whole_down;
  /** width * channels sums: 16-bit where pixels are whole, else float. */
  void *sums;
  /** Rows taken, rows given. */
  int32_t *state;
  uint8_t *out;
} area_job;

void area_push(const area_job *job, const uint8_t *data, int32_t rows);

#endif
