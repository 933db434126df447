{
  "variables": {
    "addon_include": "<!(node -p \"require('node-addon-api').include_dir\")"
  },
  "targets": [
    {
      "target_name": "ftuseg_torch",
      "sources": [
        "native/addon.cc",
        "native/autograd.cc",
        "native/batch_norm.cc",
        "native/batch_norm_cpu.cc",
        "native/batch_norm_kernel.cc",
        "native/convert.cc",
        "native/cpu_memory.cc",
        "native/dispatch.cc",
        "native/dtype.cc",
        "native/errors.cc",
        "native/file_map.cc",
        "native/handle.cc",
        "native/interleave.cc",
        "native/optim.cc",
        "native/runtime.cc",
        "native/tensor.cc",
        "native/upsampled_conv.cc"
      ],
      "include_dirs": ["<(addon_include)", "<!@(node -p \"process.env.FTU_TORCH_INCLUDE\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS", "<!@(node -p \"process.env.FTU_TORCH_DEFINES\")"],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=<!(node -p \"process.env.FTU_TORCH_STANDARD\")", "-O3", "-fno-trapping-math", "-fvisibility=hidden", "-Wno-unused-parameter"],
      "cflags": ["-g0"],
      "ldflags": ["-Wl,-z,nodelete", "<!@(node -p \"process.env.FTU_TORCH_LDFLAGS\")"],
      "libraries": ["<!@(node -p \"process.env.FTU_TORCH_LIBRARIES\")"]
    }
  ]
}
