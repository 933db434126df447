/** The functions of OpenSlide that are used here, found in the machine's own library at run time: neither header nor library is needed to compile. */
#ifndef FTUSEG_OPENSLIDE_LIBRARY_H
#define FTUSEG_OPENSLIDE_LIBRARY_H

#include <stdint.h>

#define LIBRARY_REASON 400

typedef struct openslide_slide openslide_slide;

/** Of OpenSlide 3.4.0 and later. */
typedef struct {
  const char *(*get_version)(void);
  const char *(*detect_vendor)(const char *path);
  openslide_slide *(*open)(const char *path);
  void (*close)(openslide_slide *);
  const char *(*get_error)(openslide_slide *);
  int32_t (*get_level_count)(openslide_slide *);
  void (*get_level_dimensions)(openslide_slide *, int32_t level, int64_t *width, int64_t *height);
  double (*get_level_downsample)(openslide_slide *, int32_t level);
  void (*read_region)(openslide_slide *, uint32_t *to, int64_t x, int64_t y, int32_t level, int64_t width, int64_t height);
  const char *const *(*get_property_names)(openslide_slide *);
  const char *(*get_property_value)(openslide_slide *, const char *name);
  const char *const *(*get_associated_names)(openslide_slide *);
  void (*get_associated_dimensions)(openslide_slide *, const char *name, int64_t *width, int64_t *height);
  void (*read_associated)(openslide_slide *, const char *name, uint32_t *to);
} openslide_library;

/** Loads a library by name or path, for good. @return 0, or -1 and a reason */
int library_load(const char *name, openslide_library *library, char reason[LIBRARY_REASON]);

/**
 * Red, green and blue of premultiplied pixels (alpha in the highest byte, then red, green, blue) over a background of full opacity.
 * @param background red, green, blue
 */
void library_flatten(const uint32_t *pixels, uint64_t count, const uint8_t background[3], uint8_t *out);

#endif
