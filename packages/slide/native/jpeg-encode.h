/**
 * One tile of a picture as a JPEG stream, straight from the rows that it lies in, with libjpeg-turbo. Knows nothing of Node.
 */
#ifndef FTUSEG_SLIDE_JPEG_ENCODE_H
#define FTUSEG_SLIDE_JPEG_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "jpeg.h"

typedef enum {
  /** Chroma at half the resolution, both ways. */
  JPEG_CHROMA_QUARTER = 0,
  JPEG_CHROMA_FULL = 1,
  /** Chroma at half the resolution across. */
  JPEG_CHROMA_HALF = 2,
  /** Red, green and blue as they are. */
  JPEG_RGB_AS_IT_IS = 3,
} jpeg_chroma;

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
  /** Of three samples: how their colours are stored. */
  jpeg_chroma chroma;
  /** The stream, allocated with malloc; the caller frees it. */
  unsigned char *data;
  unsigned long bytes;
  char reason[JPEG_REASON];
} jpeg_encode_task;

/** 0 when `data` is filled, -1 when `reason` is. */
int jpeg_encode(jpeg_encode_task *task);

#endif
