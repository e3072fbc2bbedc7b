// SPDX-License-Identifier: Apache-2.0
// Named tensors to and from the arrays of safetensors files and checkpoints. Reading fills tensors
// that are there, of any device, and refuses a file that has others: the first difference is named.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sengen/io/safetensors.hpp>
#include <sengen/nn/named_tensors.hpp>

namespace sengen::train {

// What a writer of arrays gets: they point into tensors that this holds.
class TensorArrays {
 public:
  explicit TensorArrays(const nn::NamedTensors& list);
  void append(const std::string& name, const at::Tensor& tensor);
  // Numbers of double, such as a curve.
  void append(const std::string& name, const std::vector<double>& values);
  std::span<const io::NamedArray> arrays() const { return arrays_; }

 private:
  std::vector<at::Tensor> held_;
  std::vector<io::NamedArray> arrays_;
};

// A file or checkpoint to read tensors from.
struct TensorSource {
  std::string name;  // for messages
  std::function<bool(const std::string& tensor)> contains;
  std::function<io::TensorInfo(const std::string& tensor)> info;
  std::function<void(const std::string& tensor, std::span<std::byte> target)> read;
};

TensorSource source_of(const io::SafetensorsReader& reader, const std::string& name);

// Fills each tensor of the list in place. kInput naming the first that is missing, of another type
// or of another shape, with both.
void read_tensors(const TensorSource& source, const nn::NamedTensors& list);
// A tensor as it lies in the file. kInput when it is not there.
at::Tensor read_tensor(const TensorSource& source, const std::string& name);

}  // namespace sengen::train
