/**
 * One tile of a picture as a JPEG stream, straight from the rows that it lies in, with libjpeg-turbo. Knows nothing of Node.
 */
#ifndef FTUSEG_SLIDE_JPEG_ENCODE_H
#define FTUSEG_SLIDE_JPEG_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "jpeg.h"

typedef struct {
  /** The tile's first pixel, and bytes from one row to the next. */
  const uint8_t *pixels;
  size_t stride;
  /** What lies on the picture; the rest of the tile repeats the last pixels. */
  uint32_t columns;
  uint32_t rows;
  /** Side of the tile. */
  uint32_t side;
  /** 1 or 3. */
  uint32_t samples;
  int quality;
  /** Not 0: chroma at full resolution; 0: at half of it, both ways. */
  int full_chroma;
  /** The stream, allocated with malloc; the caller frees it. */
  unsigned char *data;
  unsigned long bytes;
  char reason[JPEG_REASON];
} jpeg_encode_task;

/** 0 when `data` is filled, -1 when `reason` is. */
int jpeg_encode(jpeg_encode_task *task);

#endif
