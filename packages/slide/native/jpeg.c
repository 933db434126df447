#include "jpeg.h"

#include <stdlib.h>
#include <string.h>

#include "jpeg-failure.h"

#include <jerror.h>

/** What a progressive stream may hold in coefficients; tiles need a few megabytes. */
#define MAX_MEMORY (256L << 20)
/** A stream of thousands of empty scans takes minutes to decode and a few kilobytes to store. */
#define MAX_SCANS 200

typedef struct {
  jpeg_failure base;
  /** One decoded row where it is wider than the part; freed on every way out. */
  uint8_t *row;
} failure;

/** Bytes that writers leave behind a scan to fill a word. More of them are data that the decoder could not place. */
#define MAX_PADDING 16

/** Whether the stream's one scan has all that there is, so that its end needs no marker. */
static int has_one_scan(const struct jpeg_decompress_struct *info) {
  return info->input_scan_number == 1 && info->comps_in_scan == info->num_components && !info->progressive_mode;
}

/** libjpeg goes on after damage and fills with grey; a slide must not. These warnings leave every pixel as it was. */
static int is_harmless(j_common_ptr info) {
  const struct jpeg_decompress_struct *decoder = (const struct jpeg_decompress_struct *)info;
  switch (info->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
#if LIBJPEG_TURBO_VERSION_NUMBER >= 2000000
    case JWRN_BOGUS_ICC:
#endif
      return 1;
    case JWRN_EXTRANEOUS_DATA:
      return decoder->input_scan_number == 0 || info->err->msg_parm.i[0] <= MAX_PADDING;
    // The end marker is missing. Where samples are missing as well, another warning follows.
    case JWRN_JPEG_EOF:
      return has_one_scan(decoder);
    default:
      return 0;
  }
}

static void warn(j_common_ptr info, int level) {
  if (level < 0 && !is_harmless(info)) jpeg_fail(info);
}

static void watch_scans(j_common_ptr info) {
  if (!info->is_decompressor || ((j_decompress_ptr)info)->input_scan_number <= MAX_SCANS) return;
  failure *error = (failure *)info->err;
  snprintf(error->base.reason, JPEG_REASON, "it has more than %d scans", MAX_SCANS);
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

static void choose_colours(struct jpeg_decompress_struct *info, const jpeg_task *task) {
  switch (task->samples) {
    case 1:
      info->jpeg_color_space = info->out_color_space = JCS_GRAYSCALE;
      break;
    case 3:
      info->jpeg_color_space = task->meaning == JPEG_YCBCR ? JCS_YCbCr : JCS_RGB;
      info->out_color_space = JCS_RGB;
      break;
    case 4:
      if (task->meaning != JPEG_INKS) info->jpeg_color_space = JCS_CMYK;
      info->out_color_space = JCS_CMYK;
      break;
    default:
      info->jpeg_color_space = info->out_color_space = JCS_UNKNOWN;
  }
}

/** A progressive stream that ends after one of its scans shows a blurred picture, without a warning. */
static int lacks_scans(const struct jpeg_decompress_struct *info) {
  if (info->coef_bits == NULL) return 0;
  for (int c = 0; c < info->num_components; c++) {
    if (info->coef_bits[c][0] != 0) return 1;
    for (int k = 1; k < DCTSIZE2; k++) {
      if (info->coef_bits[c][k] > 0) return 1;
    }
  }
  return 0;
}

/** Damage behind the part would otherwise be found by the next reader only. */
static int read_rest(struct jpeg_decompress_struct *info, uint8_t *row) {
  const JDIMENSION left = info->output_height - info->output_scanline;
  // Skipping the last row as well would skip it undecoded.
  if (left > 1 && jpeg_skip_scanlines(info, left - 1) != left - 1) return -1;
  if (left > 0 && jpeg_read_scanlines(info, &row, 1) != 1) return -1;
  jpeg_finish_decompress(info);
  return 0;
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
  choose_colours(info, task);
  jpeg_start_decompress(info);
  if (lacks_scans(info)) return give(error, "it ends before its last scan");
  const size_t part_bytes = (size_t)(task->right - task->left) * task->samples;
  const JDIMENSION first = crop_columns(info, task);
  const size_t skip = (size_t)(task->left - first) * task->samples;
  const int direct = first == task->left && info->output_width == task->right - task->left;
  if (!direct || info->output_height > task->bottom) {
    error->row = malloc((size_t)info->output_width * task->samples);
    if (error->row == NULL) return give(error, "there is not enough memory");
  }
  if (task->top > 0 && jpeg_skip_scanlines(info, task->top) != task->top) return give(error, "it ends early");
  for (uint32_t y = task->top; y < task->bottom; y++) {
    uint8_t *to = task->out + (size_t)(y - task->top) * task->stride;
    JSAMPROW target = direct ? to : error->row;
    if (jpeg_read_scanlines(info, &target, 1) != 1) return give(error, "it ends early");
    if (!direct) memcpy(to, error->row + skip, part_bytes);
  }
  return read_rest(info, error->row) == 0 ? 0 : give(error, "it ends early");
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
    info.mem->max_memory_to_use = MAX_MEMORY;
    result = decode(&info, task, &error);
  }
  free(error.row);
  jpeg_destroy_decompress(&info);
  return result;
}
