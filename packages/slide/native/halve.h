/**
 * Half the size of a picture: the mean of two by two pixels, halves rounded up; an odd last row or column stands for itself.
 */
#ifndef FTUSEG_SLIDE_HALVE_H
#define FTUSEG_SLIDE_HALVE_H

#include <stdint.h>

/** @param out ceil(width / 2) x ceil(height / 2) x samples */
void halve(const uint8_t *data, uint32_t width, uint32_t height, uint32_t samples, uint8_t *out);

#endif
