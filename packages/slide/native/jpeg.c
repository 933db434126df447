#include "jpeg.h"

#include <stdlib.h>
#include <string.h>

#include "jpeg-failure.h"

#include <jerror.h>

/** What a progressive stream may hold in coefficients; tiles need a few megabytes. */
#define MOST_MEMORY (256L << 20)
/** A stream of thousands of empty scans takes minutes to decode and a few kilobytes to store. */
#define MOST_SCANS 200

typedef struct {
  jpeg_failure base;
  /** One decoded row where it is wider than the part; freed on every way out. */
  uint8_t *row;
} failure;

/** libjpeg goes on after damage and fills with grey; a slide must not. Three warnings are harmless. */
static void warn(j_common_ptr info, int level) {
  if (level >= 0) return;
  const int code = info->err->msg_code;
  if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR) return;
  jpeg_fail(info);
}

static void watch_scans(j_common_ptr info) {
  if (!info->is_decompressor || ((j_decompress_ptr)info)->input_scan_number <= MOST_SCANS) return;
  failure *error = (failure *)info->err;
  snprintf(error->base.reason, JPEG_REASON, "it has more than %d scans", MOST_SCANS);
  longjmp(error->base.escape, 1);
}

static int give(failure *error, const char *reason) {
  snprintf(error->base.reason, JPEG_REASON, "%s", reason);
  return -1;
}

/** Restricts decoding to the columns that are needed; returns where the first decoded column lies. */
static JDIMENSION crop_columns(struct jpeg_decompress_struct *info, const jpeg_task *task) {
  // Chroma is interpolated from neighbours: two luma columns on each side keep the part equal to the whole.
  const JDIMENSION margin = 2 * (JDIMENSION)info->max_h_samp_factor;
  JDIMENSION left = task->left > margin ? task->left - margin : 0;
  JDIMENSION right = task->right + margin;
  if (right > info->output_width) right = info->output_width;
  JDIMENSION width = right - left;
  if (width < info->output_width) jpeg_crop_scanline(info, &left, &width);
  return left;
}

static int decode(struct jpeg_decompress_struct *info, jpeg_task *task, failure *error) {
  if (task->tables != NULL) {
    jpeg_mem_src(info, task->tables, (unsigned long)task->table_bytes);
    jpeg_read_header(info, FALSE);
  }
  jpeg_mem_src(info, task->data, (unsigned long)task->bytes);
  jpeg_read_header(info, TRUE);
  if (info->image_width != task->width || info->image_height < task->height) {
    snprintf(error->base.reason, JPEG_REASON, "its frame has %u x %u pixels where the block has %u x %u", info->image_width,
             info->image_height, task->width, task->height);
    return -1;
  }
  if ((uint32_t)info->num_components != task->samples) {
    snprintf(error->base.reason, JPEG_REASON, "it has %d components, not %u", info->num_components, task->samples);
    return -1;
  }
  if (task->samples == 3) {
    if (!info->saw_JFIF_marker && !info->saw_Adobe_marker) info->jpeg_color_space = task->ycbcr ? JCS_YCbCr : JCS_RGB;
    info->out_color_space = JCS_RGB;
  } else {
    info->jpeg_color_space = JCS_GRAYSCALE;
    info->out_color_space = JCS_GRAYSCALE;
  }
  jpeg_start_decompress(info);
  const size_t part_bytes = (size_t)(task->right - task->left) * task->samples;
  const JDIMENSION first = crop_columns(info, task);
  const size_t skip = (size_t)(task->left - first) * task->samples;
  const int direct = first == task->left && info->output_width == task->right - task->left;
  if (!direct) {
    error->row = malloc((size_t)info->output_width * task->samples);
    if (error->row == NULL) return give(error, "there is not enough memory");
  }
  if (task->top > 0 && jpeg_skip_scanlines(info, task->top) != task->top) return give(error, "it ends early");
  for (uint32_t y = task->top; y < task->bottom; y++) {
    uint8_t *to = task->out + (size_t)(y - task->top) * part_bytes;
    JSAMPROW target = direct ? to : error->row;
    if (jpeg_read_scanlines(info, &target, 1) != 1) return give(error, "it ends early");
    if (!direct) memcpy(to, error->row + skip, part_bytes);
  }
  // Only a whole decode reaches the end of the stream; a part stops where it has what it needs.
  if (info->output_scanline == info->output_height) jpeg_finish_decompress(info);
  return 0;
}

int jpeg_decode(jpeg_task *task) {
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress;
  failure error;
  volatile int result = -1;
  memset(&info, 0, sizeof info);
  memset(&progress, 0, sizeof progress);
  memset(&error, 0, sizeof error);
  info.err = jpeg_watch(&error.base, task->reason);
  info.err->emit_message = warn;
  progress.progress_monitor = watch_scans;
  if (setjmp(error.base.escape) == 0) {
    jpeg_create_decompress(&info);
    info.progress = &progress;
    info.mem->max_memory_to_use = MOST_MEMORY;
    result = decode(&info, task, &error);
  }
  free(error.row);
  jpeg_destroy_decompress(&info);
  return result;
}
