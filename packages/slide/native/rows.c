#include "rows.h"

#include <errno.h>
#include <unistd.h>

int rows_read(int file, uint64_t offset, uint64_t stride, size_t length, size_t rows, uint8_t *out) {
  for (size_t row = 0; row < rows; row++) {
    size_t filled = 0;
    while (filled < length) {
      const ssize_t got = pread(file, out + filled, length - filled, (off_t)(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno;
      if (got == 0) return -1;
      filled += (size_t)got;
    }
    offset += stride;
    out += length;
  }
  return 0;
}
