#include "describe.h"

static napi_value strings(napi_env env, const char *const *names, const openslide_library *library,
                          openslide_slide *with_values) {
  napi_value list, value;
  napi_create_array(env, &list);
  for (uint32_t at = 0; names != NULL && *names != NULL; names++) {
    const char *found = with_values == NULL ? NULL : library->get_property_value(with_values, *names);
    if (with_values != NULL && found == NULL) continue;
    napi_create_string_utf8(env, *names, NAPI_AUTO_LENGTH, &value);
    napi_set_element(env, list, at++, value);
    if (found == NULL) continue;
    napi_create_string_utf8(env, found, NAPI_AUTO_LENGTH, &value);
    napi_set_element(env, list, at++, value);
  }
  return list;
}

static napi_value numbers_of(napi_env env, size_t count, double **to) {
  napi_value buffer, array;
  void *data = NULL;
  napi_create_arraybuffer(env, count * sizeof(double), &data, &buffer);
  napi_create_typedarray(env, napi_float64_array, count, buffer, 0, &array);
  *to = data;
  return array;
}

napi_value describe_slide(napi_env env, const openslide_library *library, openslide_slide *slide) {
  napi_value result, value;
  napi_create_object(env, &result);
  const int32_t levels = library->get_level_count(slide);
  double *to;
  value = numbers_of(env, levels > 0 ? 3 * (size_t)levels : 0, &to);
  for (int32_t level = 0; level < levels; level++) {
    int64_t width = -1, height = -1;
    library->get_level_dimensions(slide, level, &width, &height);
    to[3 * level] = (double)width;
    to[3 * level + 1] = (double)height;
    to[3 * level + 2] = library->get_level_downsample(slide, level);
  }
  napi_set_named_property(env, result, "levels", value);
  napi_set_named_property(env, result, "properties", strings(env, library->get_property_names(slide), library, slide));
  const char *const *names = library->get_associated_names(slide);
  size_t pictures = 0;
  while (names != NULL && names[pictures] != NULL) pictures++;
  napi_set_named_property(env, result, "associated", strings(env, names, library, NULL));
  value = numbers_of(env, 2 * pictures, &to);
  for (size_t i = 0; i < pictures; i++) {
    int64_t width = -1, height = -1;
    library->get_associated_dimensions(slide, names[i], &width, &height);
    to[2 * i] = (double)width;
    to[2 * i + 1] = (double)height;
  }
  napi_set_named_property(env, result, "sizes", value);
  return result;
}
