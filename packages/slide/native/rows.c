#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int read_at(int file, uint64_t offset, size_t length, uint8_t *out) {
  size_t filled = 0;
  while (filled < length) {
    const ssize_t got = pread(file, out + filled, length - filled, (off_t)(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return -1;
    filled += (size_t)got;
  }
  return 0;
}

int rows_read(int file, uint64_t offset, uint64_t stride, size_t length, size_t rows, uint8_t *out) {
  for (size_t row = 0; row < rows; row++) {
    const int failed = read_at(file, offset + row * stride, length, out + row * length);
    if (failed) return failed;
  }
  return 0;
}

static void put_together(const uint8_t *restrict planes, size_t apart, size_t count, uint8_t *restrict out) {
  for (size_t i = 0; i < count; i++) {
    out[3 * i] = planes[i];
    out[3 * i + 1] = planes[apart + i];
    out[3 * i + 2] = planes[2 * apart + i];
  }
}

/** Bytes of a plane that stay in the processor's cache. */
#define CHUNK ((size_t)1 << 16)

int planes_read(int file, const uint64_t offsets[3], uint64_t stride, size_t length, size_t rows, uint8_t *out) {
  if (stride == length) {
    // Rows without a gap are one.
    length *= rows;
    rows = 1;
  }
  uint8_t *planes = malloc(3 * CHUNK);
  if (planes == NULL) return ENOMEM;
  int failed = 0;
  for (size_t row = 0; row < rows && !failed; row++) {
    for (size_t from = 0; from < length; from += CHUNK) {
      const size_t count = length - from < CHUNK ? length - from : CHUNK;
      for (int plane = 0; plane < 3 && !failed; plane++) {
        failed = read_at(file, offsets[plane] + row * stride + from, count, planes + plane * CHUNK);
      }
      if (failed) break;
      put_together(planes, CHUNK, count, out);
      out += 3 * count;
    }
  }
  free(planes);
  return failed;
}

int pieces_read(int file, const double *pieces, size_t count, uint8_t *out) {
  for (size_t i = 0; i < count; i++) {
    const size_t length = (size_t)pieces[2 * i + 1];
    const int failed = read_at(file, (uint64_t)pieces[2 * i], length, out);
    if (failed) return failed;
    out += length;
  }
  return 0;
}
