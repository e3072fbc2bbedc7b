// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/spk.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::astrodynamics {

namespace {

constexpr std::size_t kRecord = 1024;  // bytes of a record of the file
constexpr int kSun = 10, kEarth = 399, kEarthAndMoon = 3;
constexpr int kMostSegments = 100'000;

// Numbers of the file at places of its own.
class File {
 public:
  File(std::span<const std::byte> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::kInput, fmt::format("{}: {}", name_, what),
                "expected a binary SPK file of little-endian numbers, as de440s.bsp of NAIF");
  }
  std::string text(std::size_t at, std::size_t length) const {
    check(at, length);
    return {reinterpret_cast<const char*>(bytes_.data() + at), length};
  }
  std::int32_t integer(std::size_t at) const { return number<std::int32_t>(at); }
  double real(std::size_t at) const { return number<double>(at); }
  // Numbers `first` to `last`, counted from 1 over the whole file.
  std::vector<double> reals(std::int64_t first, std::int64_t last) const {
    const auto all = static_cast<std::int64_t>(bytes_.size() / sizeof(double));
    if (first < 1 || last < first || last > all) refuse("a segment lies outside the file");
    std::vector<double> numbers(static_cast<std::size_t>(last - first + 1));
    std::memcpy(numbers.data(), bytes_.data() + static_cast<std::size_t>(first - 1) * 8,
                numbers.size() * 8);
    return numbers;
  }

 private:
  void check(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) refuse("the file is cut off");
  }
  template <class T>
  T number(std::size_t at) const {
    check(at, sizeof(T));
    T value{};
    std::memcpy(&value, bytes_.data() + at, sizeof(T));
    return value;
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
};

using Motion = SpkEphemeris::Motion;

Motion sum(Motion a, const Motion& b, double sign) {
  for (std::size_t k = 0; k < 3; ++k) {
    a.position[k] += sign * b.position[k];
    a.velocity[k] += sign * b.velocity[k];
    a.acceleration[k] += sign * b.acceleration[k];
  }
  return a;
}

// Value and two derivatives by x of a sum of Chebyshev polynomials.
std::array<double, 3> chebyshev(std::span<const double> c, double x) {
  std::array<double, 3> total{};
  // T, T', T'' of this degree and the one before.
  std::array<double, 3> before = {1, 0, 0}, now = {x, 1, 0};
  for (std::size_t k = 0; k < c.size(); ++k) {
    const auto& t = k == 0 ? before : now;
    for (std::size_t i = 0; i < 3; ++i) total[i] += c[k] * t[i];
    if (k == 0) continue;
    const std::array<double, 3> next = {2 * x * now[0] - before[0],
                                        2 * x * now[1] + 2 * now[0] - before[1],
                                        2 * x * now[2] + 4 * now[1] - before[2]};
    before = now;
    now = next;
  }
  return total;
}

// From the equator of J2000 to its ecliptic.
std::array<double, 3> to_ecliptic(const std::array<double, 3>& v) {
  constexpr double kTilt = 84381.448 / 3600 * M_PI / 180;
  const double c = std::cos(kTilt), s = std::sin(kTilt);
  return {v[0], c * v[1] + s * v[2], c * v[2] - s * v[1]};
}

}  // namespace

std::shared_ptr<const SpkEphemeris> SpkEphemeris::parse(std::span<const std::byte> bytes,
                                                        const std::string& name) {
  auto ephemeris = std::make_shared<SpkEphemeris>();
  ephemeris->name_ = name;
  ephemeris->read(bytes);
  const File file(bytes, name);
  for (int body = 1; body <= kSun; ++body) {
    const bool has = std::any_of(ephemeris->segments_.begin(), ephemeris->segments_.end(),
                                 [&](const Segment& segment) { return segment.target == body; });
    if (!has) file.refuse(fmt::format("no segment for body {} (1 to 9 planets, 10 Sun)", body));
  }
  return ephemeris;
}

void SpkEphemeris::read(std::span<const std::byte> bytes) {
  constexpr int kDoubles = 2, kIntegers = 6, kChebyshev = 2, kJ2000 = 1;
  const File file(bytes, name_);
  if (bytes.size() < kRecord || file.text(0, 7) != "DAF/SPK") file.refuse("not an SPK file");
  if (file.text(88, 8) != "LTL-IEEE") file.refuse("its numbers are not little-endian");
  if (file.integer(8) != kDoubles || file.integer(12) != kIntegers) {
    file.refuse("its summaries are not those of an SPK file");
  }
  // Records of summaries, each naming the next; a file of loops has an end, too.
  const std::size_t all = bytes.size() / kRecord;
  double next = file.integer(76);
  for (int records = 0; next != 0; ++records) {
    if (!(next >= 1 && next <= static_cast<double>(all)) || records > kMostSegments) {
      file.refuse("its list of segments is damaged");
    }
    const std::size_t at = (static_cast<std::size_t>(next) - 1) * kRecord;
    const double count = file.real(at + 16);
    if (!(count >= 0 && count <= 25)) file.refuse("its list of segments is damaged");
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const std::size_t summary = at + 24 + 40 * i;
      const auto integer = [&](std::size_t k) { return file.integer(summary + 16 + 4 * k); };
      Segment segment;
      segment.begin = file.real(summary);
      segment.end = file.real(summary + 8);
      segment.target = integer(0);
      segment.centre = integer(1);
      if (!(segment.target >= 1 && segment.target <= kSun) && segment.target != kEarth) continue;
      if (integer(2) != kJ2000 || integer(3) != kChebyshev) {
        file.refuse(
            fmt::format("the segment of body {} is of type {} in frame {}: only type 2 in "
                        "frame 1 (J2000) is read",
                        segment.target, integer(3), integer(2)));
      }
      segment.numbers = file.reals(integer(4), integer(5));
      if (segment.numbers.size() < 4) file.refuse("a segment is too short");
      const double* tail = segment.numbers.data() + segment.numbers.size() - 4;
      segment.first = tail[0];
      segment.length = tail[1];
      const double width = tail[2], records_of = tail[3];
      const bool is_good = std::isfinite(segment.first) && segment.length > 0 &&
                           std::isfinite(segment.length) && width >= 5 && width <= 1000 &&
                           std::floor(width) == width && records_of >= 1 &&
                           width * records_of == static_cast<double>(segment.numbers.size() - 4) &&
                           static_cast<int>(width - 2) % 3 == 0;
      if (!is_good) file.refuse(fmt::format("the segment of body {} is damaged", segment.target));
      segment.width = static_cast<std::size_t>(width);
      segment.count = static_cast<std::size_t>(records_of);
      segments_.push_back(std::move(segment));
    }
    next = file.real(at);
  }
}

std::optional<Motion> SpkEphemeris::relative(int target, int centre, double seconds) const {
  for (const Segment& segment : segments_) {
    if (segment.target != target || segment.centre != centre) continue;
    if (!(seconds >= segment.begin && seconds <= segment.end)) continue;
    const double place = std::floor((seconds - segment.first) / segment.length);
    const auto record =
        static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(segment.count - 1)));
    const auto numbers = std::span(segment.numbers).subspan(record * segment.width, segment.width);
    const double radius = numbers[1];
    const double x = (seconds - numbers[0]) / radius;
    const std::size_t terms = (segment.width - 2) / 3;
    Motion motion;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto [value, slope, bend] = chebyshev(numbers.subspan(2 + k * terms, terms), x);
      motion.position[k] = value;
      motion.velocity[k] = slope / radius;
      motion.acceleration[k] = bend / (radius * radius);
    }
    return motion;
  }
  return std::nullopt;
}

std::optional<Motion> SpkEphemeris::barycentric(int target, double seconds) const {
  auto motion = relative(target, 0, seconds);
  if (motion || target != kEarth) return motion;
  const auto pair = relative(kEarthAndMoon, 0, seconds);
  const auto earth = relative(kEarth, kEarthAndMoon, seconds);
  if (!pair) return std::nullopt;
  return earth ? sum(*pair, *earth, 1) : *pair;
}

std::optional<Motion> SpkEphemeris::motion(Planet planet, double day) const {
  const double seconds = (day - 0.5) * kDay;  // J2000 is noon
  const auto body =
      barycentric(planet == Planet::kEarth ? kEarth : static_cast<int>(planet), seconds);
  const auto sun = barycentric(kSun, seconds);
  if (!body || !sun) return std::nullopt;
  const Motion seen = sum(*body, *sun, -1);
  return Motion{to_ecliptic(seen.position), to_ecliptic(seen.velocity),
                to_ecliptic(seen.acceleration)};
}

}  // namespace sengen::astrodynamics
