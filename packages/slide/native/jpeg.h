/**
 * One JPEG stream of a TIFF to 8-bit samples, wholly or in part, with libjpeg-turbo. Knows nothing of Node.
 */
#ifndef FTUSEG_SLIDE_JPEG_H
#define FTUSEG_SLIDE_JPEG_H

#include <stddef.h>
#include <stdint.h>

#include "jpeg-failure.h"

typedef struct {
  const uint8_t *data;
  size_t bytes;
  /** Abbreviated stream with tables (TIFF tag 347), or NULL. */
  const uint8_t *tables;
  size_t table_bytes;
  /** The frame must be this wide and at least this high. */
  uint32_t width;
  uint32_t height;
  /** 1: grey. 3: RGB. 2 and 4: the components as they are, four inks as CMYK. */
  uint32_t samples;
  /** What the components are, whatever the stream's markers say. */
  enum { JPEG_PLAIN, JPEG_YCBCR, JPEG_INKS } meaning;
  /** The part to decode: left <= x < right, top <= y < bottom. */
  uint32_t left;
  uint32_t top;
  uint32_t right;
  uint32_t bottom;
  /** Where the part's rows go, each (right - left) x samples bytes, and bytes from one to the next. */
  uint8_t *out;
  size_t stride;
  /** Why it failed, one line. */
  char reason[JPEG_REASON];
} jpeg_task;

/** 0 when `out` is filled, -1 when `reason` is. */
int jpeg_decode(jpeg_task *task);

#endif
