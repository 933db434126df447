#include "library.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/**
 * Node's own libuv loads libraries: the C library's dlopen would tie a prebuilt addon to glibc 2.34 and later. Declared here, since Node-API's headers do not
 * have it; these have been the same since libuv 1.0.
 */
typedef struct {
  void *handle;
  char *errmsg;
} uv_lib_t;
int uv_dlopen(const char *filename, uv_lib_t *);
void uv_dlclose(uv_lib_t *);
int uv_dlsym(uv_lib_t *, const char *name, void **found);
const char *uv_dlerror(const uv_lib_t *);

static const struct {
  const char *name;
  size_t at;
} symbols[] = {
    {"openslide_get_version", offsetof(openslide_library, get_version)},
    {"openslide_detect_vendor", offsetof(openslide_library, detect_vendor)},
    {"openslide_open", offsetof(openslide_library, open)},
    {"openslide_close", offsetof(openslide_library, close)},
    {"openslide_get_error", offsetof(openslide_library, get_error)},
    {"openslide_get_level_count", offsetof(openslide_library, get_level_count)},
    {"openslide_get_level_dimensions", offsetof(openslide_library, get_level_dimensions)},
    {"openslide_get_level_downsample", offsetof(openslide_library, get_level_downsample)},
    {"openslide_read_region", offsetof(openslide_library, read_region)},
    {"openslide_get_property_names", offsetof(openslide_library, get_property_names)},
    {"openslide_get_property_value", offsetof(openslide_library, get_property_value)},
    {"openslide_get_associated_image_names", offsetof(openslide_library, get_associated_names)},
    {"openslide_get_associated_image_dimensions", offsetof(openslide_library, get_associated_dimensions)},
    {"openslide_read_associated_image", offsetof(openslide_library, read_associated)},
};

int library_load(const char *name, openslide_library *library, char reason[LIBRARY_REASON]) {
  uv_lib_t loaded;
  if (uv_dlopen(name, &loaded) != 0) {
    snprintf(reason, LIBRARY_REASON, "%s", uv_dlerror(&loaded));
    uv_dlclose(&loaded);
    return -1;
  }
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *found = NULL;
    if (uv_dlsym(&loaded, symbols[i].name, &found) != 0 || found == NULL) {
      snprintf(reason, LIBRARY_REASON, "%.200s has no %s: it is no OpenSlide of 3.4.0 or later", name, symbols[i].name);
      uv_dlclose(&loaded);
      return -1;
    }
    // A function's address by way of its bytes: ISO C knows no cast from void * to it.
    memcpy((char *)library + symbols[i].at, &found, sizeof found);
  }
  return 0;
}

void library_flatten(const uint32_t *pixels, uint64_t count, const uint8_t background[3], uint8_t *out) {
  for (uint64_t i = 0; i < count; i++, out += 3) {
    const uint32_t pixel = pixels[i], rest = 255 - (pixel >> 24);
    for (int c = 0; c < 3; c++) {
      const uint32_t sum = ((pixel >> (16 - 8 * c)) & 255) + (rest * background[c] + 127) / 255;
      out[c] = (uint8_t)(sum > 255 ? 255 : sum);
    }
  }
}
