/**
 * Rows of a window, and pieces of a tile, that lie apart in a file, by one pread each. Knows nothing of Node.
 */
#ifndef FTUSEG_SLIDE_ROWS_H
#define FTUSEG_SLIDE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/** 0 when all rows are read, else the system's error number, or -1 when the file ends before. */
int rows_read(int file, uint64_t offset, uint64_t stride, size_t length, size_t rows, uint8_t *out);

/**
 * The same of three planes that begin at `offsets`, put together: the first byte of each, then the second of each. `out` takes 3 x length x rows.
 */
int planes_read(int file, const uint64_t offsets[3], uint64_t stride, size_t length, size_t rows, uint8_t *out);

/** The same of pieces, each by its offset and length; they lie one behind the other in `out`. */
int pieces_read(int file, const double *pieces, size_t count, uint8_t *out);

#endif
