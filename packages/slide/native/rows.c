#include "rows.h"

#include <errno.h>
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

int pieces_read(int file, const double *pieces, size_t count, uint8_t *out) {
  for (size_t i = 0; i < count; i++) {
    const size_t length = (size_t)pieces[2 * i + 1];
    const int failed = read_at(file, (uint64_t)pieces[2 * i], length, out);
    if (failed) return failed;
    out += length;
  }
  return 0;
}
