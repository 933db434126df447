/**
 * Slides that the machine's OpenSlide reads, on Node's thread pool. Nothing here blocks the event loop but `load`, once.
 *
 *   load(name) -> version; throws why the library cannot be used
 *   open(path) -> promise of undefined for a file of no format of OpenSlide's, or
 *     { slide, levels: Float64Array of width, height, downsample of each, properties: names and values in turn,
 *       associated: names, sizes: Float64Array of width and height of each }
 *   readRegion(slide, out: RGB, Float64Array: x, y in level-0 pixels, level, width, height, background red, green, blue) -> promise
 *   readAssociated(slide, name, out: RGB, Float64Array: width, height, background red, green, blue) -> promise
 *   close(slide) -> promise; nothing may be read from then on
 */
#include <node_api.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "library.h"

#define MAX_HELD 2
static openslide_library library;
static bool is_loaded = false;

/** What JavaScript holds of a slide. */
typedef struct {
  openslide_slide *slide;
} held_slide;

typedef struct job job;
struct job {
  napi_async_work work;
  napi_deferred deferred;
  napi_ref held[MAX_HELD];
  int holding;
  /** Runs on the pool. */
  void (*run)(job *);
  /** What the promise gives; NULL: undefined. */
  napi_value (*result)(napi_env, job *);
  /** Empty: none. */
  char reason[LIBRARY_REASON];
  held_slide *slide;
  /** A path or a name; freed with the job. */
  char *text;
  uint8_t *out;
  uint8_t background[3];
  int64_t x, y, width, height;
  int32_t level;
};

static void fail(job *current, const char *reason) { snprintf(current->reason, LIBRARY_REASON, "%s", reason); }

static void execute(napi_env env, void *data) {
  (void)env;
  ((job *)data)->run(data);
}

static void release(napi_env env, job *current) {
  for (int i = 0; i < current->holding; i++) napi_delete_reference(env, current->held[i]);
  if (current->work != NULL) napi_delete_async_work(env, current->work);
  free(current->text);
  free(current);
}

static void complete(napi_env env, napi_status status, void *data) {
  job *current = data;
  napi_value value;
  if (status != napi_ok) fail(current, "the work was cancelled");
  if (current->reason[0] == '\0') {
    napi_get_undefined(env, &value);
    if (current->result != NULL) value = current->result(env, current);
    napi_resolve_deferred(env, current->deferred, value);
  } else {
    napi_value message;
    napi_create_string_utf8(env, current->reason, NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, NULL, message, &value);
    napi_reject_deferred(env, current->deferred, value);
  }
  release(env, current);
}

static napi_value refuse(napi_env env, const char *reason) {
  napi_throw_type_error(env, NULL, reason);
  return NULL;
}

/** Queues a copy of `given`, which holds `values` until it is done and frees its text. */
static napi_value queue(napi_env env, const job *given, const napi_value *values, int count) {
  job *current = malloc(sizeof *current);
  if (current == NULL) {
    free(given->text);
    return refuse(env, "there is not enough memory");
  }
  *current = *given;
  napi_value promise, name;
  for (int i = 0; i < count; i++) napi_create_reference(env, values[i], 1, &current->held[current->holding++]);
  napi_create_string_utf8(env, "ftuseg:openslide", NAPI_AUTO_LENGTH, &name);
  napi_create_promise(env, &current->deferred, &promise);
  if (napi_create_async_work(env, NULL, name, execute, complete, current, &current->work) != napi_ok ||
      napi_queue_async_work(env, current->work) != napi_ok) {
    release(env, current);
    return refuse(env, "the thread pool takes no work");
  }
  return promise;
}

/** A string of its own memory; NULL for anything else, and for one with a zero inside. */
static char *text_of(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return NULL;
  char *text = malloc(length + 1);
  if (text == NULL) return NULL;
  napi_get_value_string_utf8(env, value, text, length + 1, &length);
  if (strlen(text) == length) return text;
  free(text);
  return NULL;
}

static napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given[1], version;
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  char *name = count == 1 ? text_of(env, given[0]) : NULL;
  if (name == NULL) return refuse(env, "load takes the name of a library");
  char reason[LIBRARY_REASON] = "";
  openslide_library found;
  const int failed = library_load(name, &found, reason);
  free(name);
  if (failed) {
    napi_throw_error(env, NULL, reason);
    return NULL;
  }
  library = found;
  is_loaded = true;
  napi_create_string_utf8(env, library.get_version(), NAPI_AUTO_LENGTH, &version);
  return version;
}

static void close_slide(held_slide *held) {
  if (held->slide != NULL) library.close(held->slide);
  held->slide = NULL;
}

static void forget(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  close_slide(data);
  free(data);
}

static void run_open(job *current) {
  if (library.detect_vendor(current->text) == NULL) return;
  openslide_slide *slide = library.open(current->text);
  if (slide == NULL) {
    fail(current, "it is recognised, and does not open");
    return;
  }
  const char *error = library.get_error(slide);
  held_slide *held = error == NULL ? malloc(sizeof *held) : NULL;
  if (held == NULL) {
    fail(current, error == NULL ? "there is not enough memory" : error);
    library.close(slide);
    return;
  }
  held->slide = slide;
  current->slide = held;
}

static napi_value give_slide(napi_env env, job *current) {
  napi_value result, slide;
  napi_get_undefined(env, &result);
  if (current->slide == NULL) return result;
  napi_create_external(env, current->slide, forget, NULL, &slide);
  result = describe_slide(env, &library, current->slide->slide);
  napi_set_named_property(env, result, "slide", slide);
  return result;
}

static napi_value open_slide(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given[1];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  if (!is_loaded) return refuse(env, "no library is loaded");
  job current = {.run = run_open, .result = give_slide};
  current.text = count == 1 ? text_of(env, given[0]) : NULL;
  if (current.text == NULL) return refuse(env, "open takes a path");
  return queue(env, &current, given, 0);
}

/** Draws into memory of its own, then into `out` as RGB. */
static void draw(job *current, bool is_region) {
  const uint64_t pixels = (uint64_t)current->width * (uint64_t)current->height;
  openslide_slide *slide = current->slide->slide;
  uint32_t *drawn = malloc(pixels * sizeof *drawn);
  if (drawn == NULL) {
    fail(current, "there is not enough memory");
    return;
  }
  if (is_region) library.read_region(slide, drawn, current->x, current->y, current->level, current->width, current->height);
  else library.read_associated(slide, current->text, drawn);
  const char *error = library.get_error(slide);
  if (error != NULL) fail(current, error);
  else library_flatten(drawn, pixels, current->background, current->out);
  free(drawn);
}

static void run_region(job *current) { draw(current, true); }

static void run_associated(job *current) { draw(current, false); }

/** The slide that an argument holds; NULL where it is none or closed. */
static held_slide *slide_of(napi_env env, napi_value value) {
  napi_valuetype kind;
  void *data = NULL;
  if (napi_typeof(env, value, &kind) != napi_ok || kind != napi_external) return NULL;
  napi_get_value_external(env, value, &data);
  held_slide *held = data;
  return held == NULL || held->slide == NULL ? NULL : held;
}

/** Numbers and the array to fill, which must have room for the pixels. */
static const double *drawing_of(napi_env env, napi_value out, napi_value numbers, size_t wanted, job *current) {
  napi_typedarray_type kind;
  size_t length = 0, bytes = 0;
  void *data = NULL, *to = NULL;
  bool are_arrays[2] = {false, false};
  napi_is_typedarray(env, numbers, &are_arrays[0]);
  napi_is_typedarray(env, out, &are_arrays[1]);
  if (!are_arrays[0] || !are_arrays[1]) return NULL;
  napi_get_typedarray_info(env, numbers, &kind, &length, &data, NULL, NULL);
  if (kind != napi_float64_array || length != wanted) return NULL;
  napi_get_typedarray_info(env, out, &kind, &bytes, &to, NULL, NULL);
  if (kind != napi_uint8_array) return NULL;
  const double *given = data, *tail = given + wanted - 5;
  if (!(tail[0] >= 1 && tail[1] >= 1 && tail[0] * tail[1] * 3 <= (double)bytes)) return NULL;
  current->out = to;
  current->width = (int64_t)tail[0];
  current->height = (int64_t)tail[1];
  for (int c = 0; c < 3; c++) current->background[c] = (uint8_t)tail[2 + c];
  return given;
}

static napi_value read_region(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value given[3];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_region};
  if (count < 3 || (current.slide = slide_of(env, given[0])) == NULL) return refuse(env, "there is no open slide");
  const double *numbers = drawing_of(env, given[1], given[2], 8, &current);
  if (numbers == NULL) return refuse(env, "readRegion takes a Uint8Array with room for the region and a Float64Array of 8");
  current.x = (int64_t)numbers[0];
  current.y = (int64_t)numbers[1];
  current.level = (int32_t)numbers[2];
  return queue(env, &current, given, 2);
}

static napi_value read_associated(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value given[4];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_associated};
  if (count < 4 || (current.slide = slide_of(env, given[0])) == NULL) return refuse(env, "there is no open slide");
  if (drawing_of(env, given[2], given[3], 5, &current) == NULL) {
    return refuse(env, "readAssociated takes a name, a Uint8Array with room for the picture and a Float64Array of 5");
  }
  current.text = text_of(env, given[1]);
  int64_t width = -1, height = -1;
  if (current.text != NULL) library.get_associated_dimensions(current.slide->slide, current.text, &width, &height);
  if (width != current.width || height != current.height) {
    free(current.text);
    return refuse(env, "there is no picture of this name and size");
  }
  const napi_value held[2] = {given[0], given[2]};
  return queue(env, &current, held, 2);
}

static void run_close(job *current) { close_slide(current->slide); }

static napi_value close_now(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given[1];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_close};
  if (count < 1 || (current.slide = slide_of(env, given[0])) == NULL) return refuse(env, "there is no open slide");
  return queue(env, &current, given, 1);
}

static void expose(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  expose(env, exports, "load", load);
  expose(env, exports, "open", open_slide);
  expose(env, exports, "readRegion", read_region);
  expose(env, exports, "readAssociated", read_associated);
  expose(env, exports, "close", close_now);
  return exports;
}
