// SPDX-License-Identifier: Apache-2.0
// Names, bounds and best known values of the problems, as published.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::astrodynamics {

namespace {

struct Range {
  double lower, upper;
};
using Ranges = std::vector<Range>;

constexpr double kPi = 3.14159265359;  // as published
constexpr int kTandemSequences = 24;

void add_all(std::vector<Variable>& variables, const std::string& name, const std::string& unit,
             const Ranges& ranges) {
  int number = 1;
  for (const Range& range : ranges) {
    variables.push_back({fmt::format("{}{}", name, number++), unit, range.lower, range.upper});
  }
}

std::vector<Variable> mga_variables(const Range& launch, const Ranges& times) {
  std::vector<Variable> variables = {{"t0", "MJD2000", launch.lower, launch.upper}};
  add_all(variables, "T", "d", times);
  return variables;
}

std::vector<Variable> with_planets(std::vector<Variable> variables) {
  for (int i = 1; i <= 4; ++i) variables.push_back({fmt::format("planet{}", i), "", 1, 9, true});
  return variables;
}

std::vector<Variable> dsm_variables(const Range& launch, const Range& speed, const Ranges& times,
                                    const Ranges& fractions, const Ranges& periapses) {
  std::vector<Variable> variables = {{"t0", "MJD2000", launch.lower, launch.upper},
                                     {"Vinf", "km/s", speed.lower, speed.upper},
                                     {"u", "", 0, 1},
                                     {"v", "", 0, 1}};
  add_all(variables, "T", "d", times);
  add_all(variables, "eta", "", fractions);
  add_all(variables, "rp", "radii", periapses);
  add_all(variables, "b", "rad", Ranges(periapses.size(), {-kPi, kPi}));
  return variables;
}

std::vector<std::string> flyby_constraints(const std::vector<std::string>& planets) {
  std::vector<std::string> names;
  for (const std::string& planet : planets) {
    names.push_back(fmt::format("periapsis at {} above its limit (km)", planet));
  }
  return names;
}

std::vector<InstanceInfo> make_infos() {
  const auto cassini =
      mga_variables({-1000, 0}, {{30, 400}, {100, 470}, {30, 400}, {400, 2000}, {1000, 6000}});
  const auto cassini_limits = flyby_constraints({"Venus", "Venus", "Earth", "Jupiter"});
  const auto choice_limits = flyby_constraints({"planet1", "planet2", "planet3", "planet4"});
  const auto with = [](std::vector<std::string> names, const std::string& more) {
    names.push_back(more);
    return names;
  };
  const std::string dv = "delta-v (km/s)", days = "time of flight (d)";
  return {
      {1,
       "cassini1",
       "Cassini1: Earth - Venus - Venus - Earth - Jupiter - Saturn",
       cassini,
       {dv},
       cassini_limits,
       4.9307088},
      {2,
       "cassini2",
       "Cassini2: Earth - Venus - Venus - Earth - Jupiter - Saturn, with manoeuvres",
       dsm_variables({-1000, 0}, {3, 5},
                     {{100, 400}, {100, 500}, {30, 300}, {400, 1600}, {800, 2200}},
                     Ranges(5, {0.01, 0.9}), {{1.05, 6}, {1.05, 6}, {1.15, 6.5}, {1.7, 291}}),
       {dv},
       {},
       8.3829960},
      {3,
       "messenger",
       "Messenger: Earth - Earth - Venus - Venus - Mercury",
       dsm_variables({1000, 4000}, {1, 5}, Ranges(4, {30, 400}), Ranges(4, {0.01, 0.99}),
                     Ranges(3, {1.1, 6})),
       {dv},
       {},
       8.6299426},
      {4,
       "messenger-full",
       "Messenger: Earth - Venus - Venus - Mercury four times, into orbit",
       dsm_variables({1900, 2300}, {2.5, 4.05},
                     {{100, 500}, {100, 500}, {100, 500}, {100, 500}, {100, 500}, {100, 600}},
                     Ranges(6, {0.01, 0.99}),
                     {{1.1, 6}, {1.1, 6}, {1.05, 6}, {1.05, 6}, {1.05, 6}}),
       {dv},
       {},
       1.9578607},
      {5,
       "gtoc1",
       "GTOC1: Earth - Venus - Earth - Venus - Earth - Jupiter - Saturn - TW229",
       mga_variables(
           {3000, 10000},
           {{14, 2000}, {14, 2000}, {14, 2000}, {14, 2000}, {100, 9000}, {366, 9000}, {300, 9000}}),
       {"less the impact's momentum times the speed (kg km^2/s^2)"},
       flyby_constraints({"Venus", "Earth", "Venus", "Earth", "Jupiter", "Saturn"}),
       -1581950.184},
      {6,
       "rosetta",
       "Rosetta: Earth - Earth - Mars - Earth - Earth - 67P",
       dsm_variables({1460, 1825}, {3, 5},
                     {{300, 500}, {150, 800}, {150, 800}, {300, 800}, {700, 1850}},
                     Ranges(5, {0.01, 0.9}), {{1.06, 9}, {1.05, 9}, {1.05, 9}, {1.05, 9}}),
       {dv},
       {},
       1.3433356},
      {7,
       "sagas",
       "Sagas: Earth - Earth - Jupiter, and to 50 AU",
       dsm_variables({7000, 9100}, {0, 7}, {{50, 2000}, {300, 2000}}, Ranges(2, {0.01, 0.9}),
                     {{1.05, 7}, {8, 500}}),
       {"time to 50 AU (years)"},
       {"delta-v left of 6.782 km/s", "delta-v on board left of 1.782 km/s"},
       18.1877475},
      {8,
       "cassini1-minlp",
       "Cassini1 with planets of one's choice",
       with_planets(cassini),
       {dv},
       choice_limits,
       3.500721},
      {9,
       "cassini1-mo",
       "Cassini1: delta-v and time of flight",
       cassini,
       {dv, days},
       with(cassini_limits, "7 km/s less delta-v"),
       4.9307088},
      {10,
       "cassini1-mo-minlp",
       "Cassini1 with planets of one's choice: delta-v and time of flight",
       with_planets(cassini),
       {dv, days},
       with(choice_limits, "6 km/s less delta-v"),
       3.500721},
      {11,
       "tandem",
       "TandEM: Earth - three planets - Saturn, launched by an Atlas 501",
       dsm_variables({5475, 9132}, {2.5, 4.9}, Ranges(4, {20, 2500}), Ranges(4, {0.01, 0.99}),
                     Ranges(3, {1.05, 10})),
       {"less the mass that arrives (kg)"},
       {"days left of ten years"},
       -1500.471268}};
}

const std::vector<InstanceInfo>& infos() {
  static const std::vector<InstanceInfo> all = make_infos();
  return all;
}

bool reads(const std::string& text, int& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc{} && result.ptr == end;
}

// A number from 1 to 24, or planets as in 3-2-3-3-6.
int tandem_sequence(const std::string& name, const std::string& text) {
  int number = 0;
  if (reads(text, number) && number >= 1 && number <= kTandemSequences) return number;
  for (int sequence = 1; sequence <= kTandemSequences; ++sequence) {
    const int i = sequence - 1;
    if (text == fmt::format("3-{}-{}-{}-6", 2 + i / 12, 2 + i / 4 % 3, 2 + i % 4)) return sequence;
  }
  throw Error(ErrorKind::kUsage, fmt::format("instance '{}': no sequence '{}'", name, text),
              "1 to 24, or 3-b-c-d-6 with b 2 or 3, c 2 to 4, d 2 to 5");
}

}  // namespace

const InstanceInfo& info_of(const Instance& instance) {
  return infos()[static_cast<std::size_t>(instance.mission) - 1];
}

std::vector<std::string> instance_names() {
  std::vector<std::string> names;
  for (const InstanceInfo& info : infos()) names.push_back(info.name);
  return names;
}

Instance instance_named(const std::string& name) {
  const std::size_t colon = name.find(':');
  const std::string head = name.substr(0, colon);
  int number = 0;
  for (const InstanceInfo& info : infos()) {
    const bool is_number = reads(head, number) && number == info.number && number <= 10;
    if (head != info.name && !is_number) continue;
    Instance instance{.mission = static_cast<Mission>(info.number)};
    if (colon == std::string::npos) return instance;
    if (instance.mission != Mission::kTandem) break;
    instance.tandem_sequence = tandem_sequence(name, name.substr(colon + 1));
    return instance;
  }
  const std::string nearest = nearest_name(head, instance_names());
  throw Error(ErrorKind::kUsage, fmt::format("no instance '{}'", name),
              nearest.empty() ? "`sengen gtopx list` shows them"
                              : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace sengen::astrodynamics
