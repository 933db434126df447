#pragma once

namespace ftu {

// Makes libtorch take its large CPU tensors from a pool that keeps what is freed (see cpu_memory.cc). Harmless twice; nothing happens
// where there is no mmap.
void poolCpuMemory();

}  // namespace ftu
