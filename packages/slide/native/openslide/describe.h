/** What OpenSlide says of an open slide, as an object of JavaScript. */
#ifndef FTUSEG_OPENSLIDE_DESCRIBE_H
#define FTUSEG_OPENSLIDE_DESCRIBE_H

#include <node_api.h>

#include "library.h"

/** levels, properties, associated and sizes, as the addon's head describes them. */
napi_value describe_slide(napi_env, const openslide_library *, openslide_slide *);

#endif
