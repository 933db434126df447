// Writes a CZI by libCZI's own writer and compressors, of samples that compare.mjs hands it, which compiles and calls it.
//
//     writer RECIPE OUT
//
// Each line of the recipe is a sub-block: x, y, its size in level-0 pixels, its size as stored, pixel type, compression (0, 4, 5, 6; 7 is 6 with parted
// bytes), scene, index (-1: none), and the file of its samples, blue first.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "libCZI.h"
#include "libCZI_compress.h"

using namespace libCZI;

static std::shared_ptr<IMemoryBlock> compress(int kind, PixelType type, uint32_t w, uint32_t h, uint32_t stride, const void* data) {
  if (kind == 4) return JxrLibCompress::Compress(type, w, h, stride, data, nullptr);
  if (kind == 5) return ZstdCompress::CompressZStd0Alloc(w, h, stride, type, data, nullptr);
  CompressParametersOnMap parameters;
  parameters.map[static_cast<int>(CompressionParameterKey::ZSTD_PREPROCESS_DOLOHIBYTEPACKING)] = CompressParameter(kind == 7);
  return ZstdCompress::CompressZStd1Alloc(w, h, stride, type, data, &parameters);
}

int main(int, char** argv) {
  try {
    const std::string out = argv[2];
    auto writer = CreateCZIWriter();
    writer->Create(CreateOutputStreamForFile(std::wstring(out.begin(), out.end()).c_str(), true), std::make_shared<CCziWriterInfo>());
    std::ifstream recipe(argv[1]);
    for (std::string line; std::getline(recipe, line);) {
      std::istringstream fields(line);
      int x, y, width, height, stored_width, stored_height, type, kind, scene, index;
      std::string path;
      fields >> x >> y >> width >> height >> stored_width >> stored_height >> type >> kind >> scene >> index >> path;
      std::ifstream file(path, std::ios::binary);
      const std::vector<char> data((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      AddSubBlockInfoMemPtr info;
      info.Clear();
      info.coordinate.Set(DimensionIndex::C, 0);
      info.coordinate.Set(DimensionIndex::S, scene);
      info.mIndexValid = index >= 0;
      info.mIndex = index;
      info.x = x;
      info.y = y;
      info.logicalWidth = width;
      info.logicalHeight = height;
      info.physicalWidth = stored_width;
      info.physicalHeight = stored_height;
      info.PixelType = static_cast<PixelType>(type);
      info.compressionModeRaw = kind == 7 ? 6 : kind;
      std::shared_ptr<IMemoryBlock> block;
      info.ptrData = data.data();
      info.dataSize = static_cast<uint32_t>(data.size());
      if (kind != 0) {
        block = compress(kind, info.PixelType, stored_width, stored_height, data.size() / stored_height, data.data());
        info.ptrData = block->GetPtr();
        info.dataSize = static_cast<uint32_t>(block->GetSizeOfData());
      }
      writer->SyncAddSubBlock(info);
    }
    PrepareMetadataInfo prepare;
    auto builder = writer->GetPreparedMetadata(prepare);
    ScalingInfo scaling;
    scaling.scaleX = scaling.scaleY = 0.22e-6;
    MetadataUtils::WriteScalingInfo(builder.get(), scaling);
    auto channel = builder->GetRootNode()->GetOrCreateChildNode("Metadata/Information/Image/Dimensions/Channels/Channel[Id=Channel:0]");
    channel->GetOrCreateChildNode("ContrastMethod")->SetValue(std::string("Brightfield"));
    const std::string xml = builder->GetXml();
    WriteMetadataInfo metadata;
    metadata.Clear();
    metadata.szMetadata = xml.c_str();
    metadata.szMetadataSize = xml.size();
    writer->SyncWriteMetadata(metadata);
    writer->Close();
    return 0;
  } catch (const std::exception& error) {
    fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
