{
  "targets": [
    {
      "target_name": "ftuseg_files",
      "sources": ["native/addon.c", "native/lock.c"],
      "defines": ["NAPI_VERSION=8"],
      "cflags": ["-O2", "-g0", "-fvisibility=hidden", "-Wall", "-Wextra"]
    }
  ]
}
