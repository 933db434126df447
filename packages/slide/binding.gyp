{
  "targets": [
    {
      "target_name": "ftuseg_slide",
      "sources": ["native/addon.c", "native/area.c", "native/halve.c", "native/jpeg-encode.c", "native/jpeg-failure.c", "native/jpeg.c", "native/rows.c"],
      "defines": ["NAPI_VERSION=8"],
      "cflags": ["-O3", "-ffp-contract=off", "-g0", "-fvisibility=hidden", "-Wall", "-Wextra"],
      "libraries": ["-ljpeg"]
    }
  ]
}
