// SPDX-License-Identifier: Apache-2.0
#include "flight.hpp"

#include <array>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/solvers/astrodynamics/bodies.hpp>
#include <sengen/solvers/astrodynamics/kepler.hpp>

namespace sengen::gtopx {

namespace {

using namespace astrodynamics;  // NOLINT(google-build-using-namespace): this file is about it

constexpr double kMostGap = 1;  // km

std::string numbers(const Vector3<double>& v) {
  return fmt::format("{:.17g},{:.17g},{:.17g}", v.x, v.y, v.z);
}

// Words and numbers, which io::CsvTable does not mix.
void write_events(const Trajectory& flight, const std::filesystem::path& path) {
  std::string text =
      "event,body,date,day_mjd2000,x_km,y_km,z_km,vx_before_km_s,vy_before_km_s,vz_before_km_s,"
      "vx_after_km_s,vy_after_km_s,vz_after_km_s,delta_v_km_s,speed_before_km_s,speed_after_km_s,"
      "periapsis_km,";
  text += flight.has_mass ? "mass_kg\n" : "mass_share\n";
  for (const Event& event : flight.events) {
    text += fmt::format("{},{},{},{:.17g},{},{},{},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g}\n",
                        name_of(event.kind), event.body, date_of(event.day), event.day,
                        numbers(event.position), numbers(event.velocity_before),
                        numbers(event.velocity_after), event.delta_v, event.speed_before,
                        event.speed_after, event.periapsis, event.mass);
  }
  io::write_text_atomic(path, text);
}

struct Points {
  std::vector<double> day, position, velocity;
  std::vector<std::int64_t> arc;
};

Points sample(const Trajectory& flight, std::int64_t samples) {
  Points points;
  for (std::size_t a = 0; a < flight.arcs.size(); ++a) {
    const Arc& arc = flight.arcs[a];
    const auto states = points_of(arc, samples);
    for (std::size_t i = 0; i < states.size(); ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(states.size() - 1);
      points.day.push_back(arc.day + part * arc.seconds / kDay);
      points.arc.push_back(static_cast<std::int64_t>(a));
      const auto& [r, v] = states[i];
      points.position.insert(points.position.end(), {r.x, r.y, r.z});
      points.velocity.insert(points.velocity.end(), {v.x, v.y, v.z});
    }
  }
  return points;
}

void write_path(const Points& points, const study::Context& context) {
  io::CsvTable table{
      .columns = {"arc", "day_mjd2000", "x_km", "y_km", "z_km", "vx_km_s", "vy_km_s", "vz_km_s"},
      .rows = {}};
  for (std::size_t i = 0; i < points.day.size(); ++i) {
    const double* r = &points.position[3 * i];
    const double* v = &points.velocity[3 * i];
    table.rows.push_back(
        {static_cast<double>(points.arc[i]), points.day[i], r[0], r[1], r[2], v[0], v[1], v[2]});
  }
  io::write_csv(context.file(kPathFile), table);
  io::AtomicFile target(context.file(kPathArrayFile));
  io::Hdf5File file = io::Hdf5File::create(target);
  const auto count = static_cast<std::int64_t>(points.day.size());
  file.write("/day", {count}, points.day.data());
  file.write("/arc", {count}, points.arc.data());
  file.write("/position", {count, 3}, points.position.data());
  file.write("/velocity", {count, 3}, points.velocity.data());
  file.set_attribute("/day", "unit", "MJD2000");
  file.set_attribute("/position", "unit", "km");
  file.set_attribute("/velocity", "unit", "km/s");
  file.close();
  target.commit();
}

}  // namespace

std::vector<State<double>> points_of(const Arc& arc, std::int64_t samples) {
  std::vector<State<double>> states;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(samples - 1);
    states.push_back(coast(arc.begin, part * arc.seconds, kSunMu));
  }
  return states;
}

void write_flight(const Instance& instance, std::span<const double> x, std::int64_t samples,
                  study::Context& context) {
  const Trajectory flight = trajectory_of(instance, x);
  const double gap = integration_gap(flight);
  if (!(gap <= kMostGap)) {
    context.log().warn(
        "numerical integration misses the conics by {:.3g} km: a path that grazes the Sun or goes "
        "round it many times arrives where rounding says",
        gap);
  }
  write_events(flight, context.file(kEventsFile));
  write_path(sample(flight, samples), context);
  double delta_v = 0;
  for (const Event& event : flight.events) delta_v += event.delta_v;
  const double days = flight.events.back().day - flight.events.front().day;
  context.metric("delta_v", {.value = delta_v, .unit = "km/s", .source = "all impulses"});
  context.metric("flight_days", {.value = days, .unit = "d"});
  context.metric("launch_day", {.value = flight.events.front().day,
                                .unit = "MJD2000",
                                .source = date_of(flight.events.front().day)});
  context.metric("final_mass", {.value = flight.events.back().mass,
                                .unit = flight.has_mass ? "kg" : "1",
                                .source = fmt::format(
                                    "{} at launch, specific impulse {} s",
                                    flight.has_mass ? fmt::format("{:.2f} kg", flight.launch_mass)
                                                    : std::string("1"),
                                    flight.specific_impulse)});
  context.metric("integration_gap",
                 {.value = gap,
                  .unit = "km",
                  .reference = {{0, kMostGap}},
                  .source = "conics against numerical integration, largest of all arcs"});
}

}  // namespace sengen::gtopx
