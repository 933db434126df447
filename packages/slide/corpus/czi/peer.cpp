// What libCZI sees in CZIs: one line of JSON for each file, and the pixels of its levels beside it. Called by compare.mjs, which compiles it.
//
//     peer FILE OUT DOWNSAMPLE...
//
// OUT-DOWNSAMPLE gets the level as rows of the file's own samples, blue first. Level 1 is composed by the tile accessor, others by the scaling accessor.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include "libCZI.h"

using namespace libCZI;

static void write(const std::string& path, IBitmapData* bitmap, size_t bytes_per_pixel) {
  FILE* out = fopen(path.c_str(), "wb");
  const auto lock = bitmap->Lock();
  for (uint32_t y = 0; y < bitmap->GetHeight(); ++y) {
    fwrite(static_cast<const char*>(lock.ptrDataRoi) + static_cast<size_t>(y) * lock.stride, 1, bitmap->GetWidth() * bytes_per_pixel, out);
  }
  bitmap->Unlock();
  fclose(out);
}

static size_t bytes_of(PixelType type) {
  switch (type) {
    case PixelType::Gray8: return 1;
    case PixelType::Gray16: return 2;
    case PixelType::Bgr24: return 3;
    case PixelType::Bgr48: return 6;
    default: throw std::runtime_error("another pixel type");
  }
}

int main(int argc, char** argv) {
  try {
    const std::string file = argv[1], out = argv[2];
    auto stream = CreateStreamFromFile(std::wstring(file.begin(), file.end()).c_str());
    auto reader = CreateCZIReader();
    reader->Open(stream);
    const auto statistics = reader->GetStatistics();
    const auto box = statistics.boundingBoxLayer0Only;
    auto scaling = reader->ReadMetadataSegment()->CreateMetaFromMetadataSegment()->GetDocumentInfo()->GetScalingInfo();
    CDimCoordinate plane;
    int start, size;
    if (statistics.dimBounds.TryGetInterval(DimensionIndex::C, &start, &size)) plane.Set(DimensionIndex::C, 0);
    printf("{\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d,\"blocks\":%d,\"micronsX\":%.9g,\"levels\":[", box.x, box.y, box.w, box.h,
           statistics.subBlockCount, scaling.scaleX * 1e6);
    for (int i = 3; i < argc; ++i) {
      const int factor = atoi(argv[i]);
      std::shared_ptr<IBitmapData> bitmap;
      if (factor == 1) {
        ISingleChannelTileAccessor::Options options;
        options.Clear();
        options.backGroundColor = RgbFloatColor{1, 1, 1};
        bitmap = reader->CreateSingleChannelTileAccessor()->Get(box, &plane, &options);
      } else {
        ISingleChannelScalingTileAccessor::Options options;
        options.Clear();
        options.backGroundColor = RgbFloatColor{1, 1, 1};
        const IntRect whole{box.x, box.y, box.w / factor * factor, box.h / factor * factor};
        bitmap = reader->CreateSingleChannelScalingTileAccessor()->Get(whole, &plane, 1.0f / factor, &options);
      }
      const size_t bytes = bytes_of(bitmap->GetPixelType());
      write(out + "-" + argv[i], bitmap.get(), bytes);
      printf("%s{\"downsample\":%d,\"width\":%u,\"height\":%u,\"bytes\":%zu}", i > 3 ? "," : "", factor, bitmap->GetWidth(),
             bitmap->GetHeight(), bytes);
    }
    printf("]}\n");
    return 0;
  } catch (const std::exception& error) {
    fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
