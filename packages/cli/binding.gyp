{
  "targets": [
    {
      "target_name": "ftuseg_stop",
      "sources": ["native/stop.c"],
      "defines": ["NAPI_VERSION=8", "_POSIX_C_SOURCE=200809L", "_DEFAULT_SOURCE", "_DARWIN_C_SOURCE"],
      "cflags": ["-O2", "-g0", "-fvisibility=hidden", "-Wall", "-Wextra"]
    }
  ]
}
