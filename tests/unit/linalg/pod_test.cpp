// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/pod.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::linalg {
namespace {

using parallel::Communicator;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Snapshots of a field in memory, times x points.
template <typename T>
Snapshots snapshots_of(const std::vector<T>& field, std::ptrdiff_t times,
                       std::vector<double> weights = {}) {
  const std::ptrdiff_t points = std::ssize(field) / times;
  const BlockReader<T> read = [&field, points, times](Range range, std::span<T> values) {
    for (std::ptrdiff_t t = 0; t < times; ++t) {
      std::copy_n(field.begin() + t * points + range.begin, range.size(),
                  values.begin() + t * range.size());
    }
  };
  return {points, times, std::move(weights), read};
}

std::vector<double> modes_of(const Snapshots& data, const Pod& pod, const PodOptions& options) {
  std::vector<double> modes(static_cast<std::size_t>(pod.modes * data.points), kNan);
  const ModeWriter write = [&](Range range, std::span<const double> values) {
    for (std::ptrdiff_t k = 0; k < pod.modes; ++k) {
      std::copy_n(values.begin() + k * range.size(), range.size(),
                  modes.begin() + k * data.points + range.begin);
    }
  };
  write_modes(data, pod, options, Communicator::self(), write);
  return modes;
}

ErrorKind kind_of(const Snapshots& data, const PodOptions& options, std::string& message) {
  try {
    decompose(data, options, Communicator::self());
  } catch (const Error& error) {
    message = error.message();
    return error.kind();
  }
  message = "no error";
  return ErrorKind::kInternal;
}

// A wave that travels (two modes of equal strength), a weaker one that stands, a mean.
std::vector<double> wave(std::ptrdiff_t times, std::ptrdiff_t points) {
  std::vector<double> field;
  for (std::ptrdiff_t t = 0; t < times; ++t) {
    for (std::ptrdiff_t i = 0; i < points; ++i) {
      const double x = 2 * M_PI * static_cast<double>(i) / static_cast<double>(points);
      const double s = 2 * M_PI * static_cast<double>(t) / static_cast<double>(times);
      field.push_back(10.0 + std::cos(x - s) + 0.01 * std::sin(2 * x) * std::cos(3 * s));
    }
  }
  return field;
}

std::map<std::string, std::vector<double>> load_reference() {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "../../data/pod_reference.txt";
  std::ifstream file(path);
  std::map<std::string, std::vector<double>> tables;
  std::string line;
  std::getline(file, line);  // where it comes from
  std::string name;
  std::size_t rows = 0;
  std::size_t columns = 0;
  while (file >> name >> rows >> columns) {
    auto& values = tables[name];
    values.resize(rows * columns);
    for (double& value : values) file >> value;
  }
  return tables;
}

double largest(std::span<const double> values) {
  double result = 0.0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

// Largest difference of two rows over their largest magnitude, up to sign.
double row_difference(std::span<const double> mine, std::span<const double> theirs) {
  double product = 0.0;
  for (std::size_t i = 0; i < mine.size(); ++i) product += mine[i] * theirs[i];
  double difference = 0.0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const double value = product < 0 ? -theirs[i] : theirs[i];
    difference = std::max(difference, std::abs(mine[i] - value));
  }
  return difference / largest(theirs);
}

void expect_reference(PodMethod method, PodMethod used, std::ptrdiff_t block_bytes) {
  auto reference = load_reference();
  ASSERT_EQ(reference.size(), 7U) << "tests/data/pod_reference.txt";
  const std::vector<float> field(reference["field"].begin(), reference["field"].end());
  const Snapshots data = snapshots_of(field, 36, reference["weights"]);
  const PodOptions options{.modes = 20, .method = method, .block_bytes = block_bytes};
  const Pod pod = decompose(data, options, Communicator::self());
  EXPECT_EQ(pod.method, used);
  EXPECT_EQ(pod.note, "");
  const auto& sigma = reference["singular_values"];
  ASSERT_EQ(pod.singular_values.size(), sigma.size());
  for (std::size_t k = 0; k < sigma.size(); ++k) {
    EXPECT_NEAR(pod.singular_values[k] / sigma[k], 1.0, 1e-6) << "singular value " << k + 1;
  }
  for (int m = 0; m <= 20; ++m) {
    EXPECT_NEAR(pod.error_after(m) / reference["errors"][static_cast<std::size_t>(m)], 1.0, 1e-6);
  }
  for (std::size_t i = 0; i < 90; ++i) {
    EXPECT_NEAR(pod.mean[i], reference["mean"][i], 1e-11);
  }
  const std::vector<double> modes = modes_of(data, pod, options);
  for (std::size_t k = 0; k < 20; ++k) {
    EXPECT_LE(row_difference(std::span(pod.coefficients).subspan(k * 36, 36),
                             std::span(reference["coefficients"]).subspan(k * 36, 36)),
              1e-6)
        << "coefficients " << k + 1;
    EXPECT_LE(row_difference(std::span(modes).subspan(k * 90, 90),
                             std::span(reference["modes"]).subspan(k * 90, 90)),
              1e-6)
        << "mode " << k + 1;
  }
}

TEST(Pod, EqualsNumpyByQr) { expect_reference(PodMethod::kQr, PodMethod::kQr, 1 << 20); }
TEST(Pod, EqualsNumpyInSmallBlocks) { expect_reference(PodMethod::kQr, PodMethod::kQr, 4000); }
TEST(Pod, EqualsNumpyFromTheWholeMatrix) {
  expect_reference(PodMethod::kDirect, PodMethod::kDirect, 5000);
}
TEST(Pod, LeavesTheGramMatrixWhereItIsNotExactEnough) {
  expect_reference(PodMethod::kAutomatic, PodMethod::kQr, 1 << 20);
}

TEST(Pod, KeepsTheGramMatrixWhereItIsExactEnough) {
  auto reference = load_reference();
  const std::vector<float> field(reference["field"].begin(), reference["field"].end());
  const Snapshots data = snapshots_of(field, 36, reference["weights"]);
  const Pod pod = decompose(data, {.modes = 6}, Communicator::self());
  EXPECT_EQ(pod.method, PodMethod::kSnapshots);
  ASSERT_EQ(pod.modes, 6);
  for (std::size_t k = 0; k < 6; ++k) {
    EXPECT_NEAR(pod.singular_values[k] / reference["singular_values"][k], 1.0, 1e-7);
    EXPECT_LE(row_difference(std::span(pod.coefficients).subspan(k * 36, 36),
                             std::span(reference["coefficients"]).subspan(k * 36, 36)),
              1e-6);
  }
}

TEST(Pod, HasOrthonormalModesThatGiveTheFieldBack) {
  const std::vector<double> field = wave(24, 50);
  std::vector<double> weights(50);
  for (std::size_t i = 0; i < 50; ++i) weights[i] = 1.0 + 0.5 * std::cos(static_cast<double>(i));
  const Snapshots data = snapshots_of(field, 24, weights);
  const PodOptions options{.modes = 3};
  const Pod pod = decompose(data, options, Communicator::self());
  ASSERT_EQ(pod.modes, 3);
  const std::vector<double> modes = modes_of(data, pod, options);
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t k = 0; k < 3; ++k) {
      double product = 0.0;
      for (std::size_t i = 0; i < 50; ++i) {
        product += weights[i] * modes[j * 50 + i] * modes[k * 50 + i];
      }
      EXPECT_NEAR(product, j == k ? 1.0 : 0.0, 1e-10);
    }
  }
  for (std::size_t t = 0; t < 24; ++t) {
    for (std::size_t i = 0; i < 50; ++i) {
      double value = pod.mean[i];
      for (std::size_t k = 0; k < 3; ++k) {
        value += pod.coefficients[k * 24 + t] * modes[k * 50 + i];
      }
      EXPECT_NEAR(value, field[t * 50 + i], 1e-10);
    }
  }
}

TEST(Pod, SaysHowManyModesThereAreWhenFewerThanWanted) {
  const std::vector<double> field = wave(24, 50);
  const Snapshots data = snapshots_of(field, 24);
  for (const PodMethod method :
       {PodMethod::kAutomatic, PodMethod::kSnapshots, PodMethod::kQr, PodMethod::kDirect}) {
    const Pod pod = decompose(data, {.modes = 20, .method = method}, Communicator::self());
    EXPECT_EQ(pod.modes, 3);
    EXPECT_EQ(pod.singular_values.size(), 3U);
    EXPECT_THAT(pod.note, HasSubstr("only 3 mode(s)"));
    EXPECT_EQ(pod.error_after(3), 0.0);
    EXPECT_EQ(pod.error_after(20), 0.0);
    // The travelling wave holds 1/2 + 1/2 of unit variance, the standing one a quarter of 1e-4.
    EXPECT_NEAR(pod.error_after(2), std::sqrt(0.25e-4 / (0.5 + 0.25e-4)), 1e-9);
    EXPECT_EQ(pod.error_after(0), 1.0);
    EXPECT_NEAR(pod.total_energy() / (24 * 50), 0.5 + 0.25e-4, 1e-12);
  }
}

TEST(Pod, OfAConstantFieldHasNoModesAndNoError) {
  const std::vector<float> field(12 * 7, 0.1F);
  const Snapshots data = snapshots_of(field, 12);
  for (const PodMethod method : {PodMethod::kAutomatic, PodMethod::kSnapshots, PodMethod::kQr}) {
    const PodOptions options{.modes = 4, .method = method};
    const Pod pod = decompose(data, options, Communicator::self());
    EXPECT_EQ(pod.modes, 0);
    EXPECT_EQ(pod.total_energy(), 0.0);
    EXPECT_EQ(pod.error_after(0), 0.0);
    EXPECT_EQ(pod.error_after(5), 0.0);
    EXPECT_THAT(pod.note, HasSubstr("do not fluctuate"));
    EXPECT_EQ(pod.mean.front(), static_cast<double>(0.1F));
    EXPECT_TRUE(modes_of(data, pod, options).empty());
  }
}

TEST(Pod, TakesTheDirectWayForFewPoints) {
  const std::vector<double> field = wave(40, 8);
  const Pod pod = decompose(snapshots_of(field, 40), {.modes = 3}, Communicator::self());
  EXPECT_EQ(pod.method, PodMethod::kDirect);
  const Pod by_gram = decompose(
      snapshots_of(field, 40), {.modes = 3, .method = PodMethod::kSnapshots}, Communicator::self());
  ASSERT_EQ(pod.modes, 3);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(pod.singular_values[k] / by_gram.singular_values[k], 1.0, 1e-10);
  }
}

TEST(Pod, SignsFollowTheCoefficientsNotTheMethod) {
  auto reference = load_reference();
  const std::vector<double> field = reference["field"];
  const Snapshots data = snapshots_of(field, 36);
  const Pod by_qr = decompose(data, {.modes = 5, .method = PodMethod::kQr}, Communicator::self());
  const Pod by_gram =
      decompose(data, {.modes = 5, .method = PodMethod::kSnapshots}, Communicator::self());
  for (std::size_t i = 0; i < by_qr.coefficients.size(); ++i) {
    EXPECT_NEAR(by_qr.coefficients[i], by_gram.coefficients[i], 1e-9);
  }
}

TEST(Pod, BitsDoNotDependOnThreads) {
  auto reference = load_reference();
  const std::vector<float> field(reference["field"].begin(), reference["field"].end());
  const Snapshots data = snapshots_of(field, 36, reference["weights"]);
  for (const PodMethod method : {PodMethod::kSnapshots, PodMethod::kQr}) {
    const PodOptions options{.modes = 8, .method = method, .block_bytes = 20000};
    std::vector<double> coefficients;
    std::vector<double> modes;
    for (const int threads : {1, 2, 3}) {
      set_threads(threads);
      const Pod pod = decompose(data, options, Communicator::self());
      if (threads == 1) {
        coefficients = pod.coefficients;
        modes = modes_of(data, pod, options);
      }
      EXPECT_EQ(pod.coefficients, coefficients);
      EXPECT_EQ(modes_of(data, pod, options), modes);
    }
    set_threads(1);
  }
}

TEST(Pod, ReadsWholeRowsWithinTheMemoryOfABlock) {
  constexpr std::ptrdiff_t kTimes = 12;
  const std::vector<double> field = wave(kTimes, 60);
  Snapshots data = snapshots_of(field, kTimes);
  data.row = 6;
  std::vector<Range> asked;
  const auto inner = std::get<BlockReader<double>>(data.read);
  data.read = BlockReader<double>([&](Range range, std::span<double> values) {
    asked.push_back(range);
    inner(range, values);
  });
  const auto blocks_of = [&](std::ptrdiff_t points) {
    asked.clear();
    decompose(data, {.modes = 2, .method = PodMethod::kQr, .block_bytes = points * kTimes * 16},
              Communicator::self());
    return std::pair(asked.size(), asked.front().size());
  };
  EXPECT_EQ(blocks_of(100), std::pair(std::size_t{1}, std::ptrdiff_t{60}));
  EXPECT_EQ(blocks_of(17), std::pair(std::size_t{5}, std::ptrdiff_t{12}));
  EXPECT_EQ(blocks_of(6), std::pair(std::size_t{10}, std::ptrdiff_t{6}));
  EXPECT_EQ(blocks_of(4), std::pair(std::size_t{15}, std::ptrdiff_t{4})) << "below one row";
  EXPECT_EQ(blocks_of(0), std::pair(std::size_t{60}, std::ptrdiff_t{1}));
}

TEST(Pod, RefusesNanAndNamesItsPlace) {
  std::vector<double> doubles = wave(6, 10);
  doubles[4 * 10 + 7] = kNan;
  std::vector<float> floats(doubles.begin(), doubles.end());
  floats[4 * 10 + 7] = std::numeric_limits<float>::infinity();
  for (const std::ptrdiff_t block_bytes : {1, 1 << 20}) {
    for (const auto& data : {snapshots_of(doubles, 6), snapshots_of(floats, 6)}) {
      std::string message;
      EXPECT_EQ(kind_of(data, {.block_bytes = block_bytes}, message), ErrorKind::kNumerics);
      EXPECT_THAT(message, HasSubstr("point 7, time 4"));
    }
  }
}

TEST(Pod, TakesNanWhereTheWeightIsZero) {
  std::vector<double> field = wave(24, 10);
  std::vector<double> weights(10, 1.0);
  weights[7] = 0.0;
  const PodOptions options{.modes = 2};
  const Pod plain = decompose(snapshots_of(field, 24, weights), options, Communicator::self());
  for (std::size_t t = 0; t < 24; ++t) field[t * 10 + 7] = kNan;
  const Snapshots data = snapshots_of(field, 24, weights);
  const Pod pod = decompose(data, options, Communicator::self());
  EXPECT_EQ(pod.singular_values, plain.singular_values);
  EXPECT_EQ(pod.mean[7], 0.0);
  const std::vector<double> modes = modes_of(data, pod, options);
  EXPECT_EQ(modes[7], 0.0);
  EXPECT_EQ(modes[17], 0.0);
  EXPECT_NE(modes[8], 0.0);
}

TEST(Pod, RefusesWhatCannotBeDecomposed) {
  const std::vector<double> field = wave(6, 10);
  std::string message;
  EXPECT_EQ(kind_of(snapshots_of(field, 60), {.modes = 0}, message), ErrorKind::kUsage);
  const Snapshots one = {60, 1, {}, snapshots_of(field, 1).read};
  EXPECT_EQ(kind_of(one, {}, message), ErrorKind::kInput);
  EXPECT_THAT(message, HasSubstr("1 snapshot(s)"));
  EXPECT_EQ(kind_of({0, 6, {}, BlockReader<float>()}, {}, message), ErrorKind::kInput);
  EXPECT_THAT(message, HasSubstr("no points"));
  EXPECT_EQ(kind_of(snapshots_of(field, 6, std::vector<double>(9, 1.0)), {}, message),
            ErrorKind::kInput);
  EXPECT_THAT(message, HasSubstr("9 weights for 10 points"));
  EXPECT_EQ(kind_of(snapshots_of(field, 6, std::vector<double>(10, 0.0)), {}, message),
            ErrorKind::kInput);
  EXPECT_THAT(message, HasSubstr("all weights are zero"));
  std::vector<double> weights(10, 1.0);
  weights[3] = -1.0;
  EXPECT_EQ(kind_of(snapshots_of(field, 6, weights), {}, message), ErrorKind::kInput);
  EXPECT_THAT(message, HasSubstr("point 3"));
}

}  // namespace
}  // namespace sengen::linalg
