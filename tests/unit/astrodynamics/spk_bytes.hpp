// SPDX-License-Identifier: Apache-2.0
// SPK files made for tests: bodies whose places are given as functions of the time, in records of
// Chebyshev polynomials that meet them at as many points as they have terms.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

struct SpkBody {
  int target = 0, centre = 0;
  std::function<Vector3<double>(double)> place;  // km, equator of J2000, by seconds from J2000
};

class SpkBytes {
 public:
  SpkBytes(double begin, double length, std::size_t records, std::size_t terms)
      : begin_(begin), length_(length), records_(records), terms_(terms), bytes_(2048) {
    put(0, "DAF/SPK ");
    put(8, std::int32_t{2});
    put(12, std::int32_t{6});
    put(76, std::int32_t{2});  // the record of summaries
    put(80, std::int32_t{2});
    put(88, "LTL-IEEE");
  }

  void add(const SpkBody& body) {
    const auto first = static_cast<std::int32_t>(bytes_.size() / 8 + 1);
    std::vector<double> numbers;
    for (std::size_t r = 0; r < records_; ++r) add_record(body, r, numbers);
    const auto width = static_cast<double>(2 + 3 * terms_);
    numbers.insert(numbers.end(), {begin_, length_, width, static_cast<double>(records_)});
    const std::size_t at = bytes_.size();
    bytes_.resize(at + numbers.size() * 8);
    std::memcpy(bytes_.data() + at, numbers.data(), numbers.size() * 8);
    const std::size_t summary = 1024 + 24 + 40 * static_cast<std::size_t>(count_++);
    put(1024 + 16, static_cast<double>(count_));
    put(summary, begin_);
    put(summary + 8, begin_ + length_ * static_cast<double>(records_));
    const std::int32_t integers[] = {
        body.target,
        body.centre,
        1,
        2,
        first,
        static_cast<std::int32_t>(first + static_cast<std::int32_t>(numbers.size()) - 1)};
    for (std::size_t k = 0; k < 6; ++k) put(summary + 16 + 4 * k, integers[k]);
  }

  template <class T>
  void put(std::size_t at, const T& value) {
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
  }
  void put(std::size_t at, const char* text) {
    std::memcpy(bytes_.data() + at, text, std::strlen(text));
  }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  void add_record(const SpkBody& body, std::size_t record, std::vector<double>& numbers) const {
    const double radius = length_ / 2;
    const double middle = begin_ + length_ * (static_cast<double>(record) + 0.5);
    const auto n = static_cast<double>(terms_);
    std::vector<Vector3<double>> places;
    for (std::size_t i = 0; i < terms_; ++i) {
      places.push_back(
          body.place(middle + radius * std::cos(M_PI * (static_cast<double>(i) + 0.5) / n)));
    }
    numbers.push_back(middle);
    numbers.push_back(radius);
    for (double Vector3<double>::* const axis :
         {&Vector3<double>::x, &Vector3<double>::y, &Vector3<double>::z}) {
      for (std::size_t k = 0; k < terms_; ++k) {
        double sum = 0;
        for (std::size_t i = 0; i < terms_; ++i) {
          sum += places[i].*axis *
                 std::cos(M_PI * static_cast<double>(k) * (static_cast<double>(i) + 0.5) / n);
        }
        numbers.push_back((k == 0 ? 1 : 2) * sum / n);
      }
    }
  }

  double begin_, length_;
  std::size_t records_, terms_;
  int count_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace sengen::astrodynamics
