// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/tensor_file.hpp>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>

namespace sengen::train {

namespace {

io::DType dtype_of(const at::Tensor& tensor, const std::string& name) {
  switch (tensor.scalar_type()) {
    case at::kFloat: return io::DType::kF32;
    case at::kDouble: return io::DType::kF64;
    case at::kLong: return io::DType::kI64;
    case at::kByte: return io::DType::kU8;
    case at::kBFloat16: return io::DType::kBf16;
    default:
      throw Error(ErrorKind::kInternal, fmt::format("'{}' has a type that is not written: {}", name,
                                                    c10::toString(tensor.scalar_type())));
  }
}

at::ScalarType scalar_type_of(const io::TensorInfo& info, const std::string& source) {
  switch (info.type) {
    case io::DType::kF32: return at::kFloat;
    case io::DType::kF64: return at::kDouble;
    case io::DType::kI64: return at::kLong;
    case io::DType::kU8: return at::kByte;
    case io::DType::kBf16: return at::kBFloat16;
    default:
      throw Error(ErrorKind::kInput, fmt::format("{}: '{}' has the type {}, which is not used here",
                                                 source, info.name, io::to_string(info.type)));
  }
}

std::span<std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()};
}

}  // namespace

TensorArrays::TensorArrays(const nn::NamedTensors& list) {
  for (const nn::NamedTensor& entry : list) append(entry.name, entry.tensor);
}

void TensorArrays::append(const std::string& name, const at::Tensor& tensor) {
  held_.push_back(tensor.detach().to(at::kCPU).contiguous());
  const at::Tensor& here = held_.back();
  arrays_.push_back({name,
                     dtype_of(here, name),
                     {here.sizes().begin(), here.sizes().end()},
                     {static_cast<const std::byte*>(here.const_data_ptr()), here.nbytes()}});
}

void TensorArrays::append(const std::string& name, const std::vector<double>& values) {
  append(name, at::tensor(at::ArrayRef<double>(values), at::kDouble));
}

TensorSource source_of(const io::SafetensorsReader& reader, const std::string& name) {
  return {name, [&reader](const std::string& tensor) { return reader.contains(tensor); },
          [&reader](const std::string& tensor) { return reader.info(tensor); },
          [&reader](const std::string& tensor, std::span<std::byte> target) {
            reader.read_bytes(tensor, target);
          }};
}

at::Tensor read_tensor(const TensorSource& source, const std::string& name) {
  if (!source.contains(name)) {
    throw Error(ErrorKind::kInput, fmt::format("{}: there is no tensor '{}'", source.name, name));
  }
  const io::TensorInfo info = source.info(name);
  const at::Tensor tensor = at::empty(info.shape, scalar_type_of(info, source.name));
  source.read(name, bytes_of(tensor));
  return tensor;
}

void read_tensors(const TensorSource& source, const nn::NamedTensors& list) {
  const at::NoGradGuard no_gradient;
  for (const nn::NamedTensor& entry : list) {
    const at::Tensor found = read_tensor(source, entry.name);
    if (found.sizes() != entry.tensor.sizes() ||
        found.scalar_type() != entry.tensor.scalar_type()) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}: '{}' is {} [{}], expected {} [{}]", source.name, entry.name,
                              c10::toString(found.scalar_type()), fmt::join(found.sizes(), ", "),
                              c10::toString(entry.tensor.scalar_type()),
                              fmt::join(entry.tensor.sizes(), ", ")));
    }
    entry.tensor.copy_(found);
  }
}

}  // namespace sengen::train
