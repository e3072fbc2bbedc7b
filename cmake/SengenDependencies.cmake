# SPDX-License-Identifier: Apache-2.0
# Everything that is not ours, as imported targets. Nothing is downloaded here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)

# Debian ships HDF5 twice, and a process may hold only one of them.
if(SENGEN_MPI)
  find_package(MPI REQUIRED COMPONENTS C)
  set(hdf5_flavour hdf5-openmpi)
  set(hdf5_package libhdf5-openmpi-dev)
else()
  set(hdf5_flavour hdf5-serial)
  set(hdf5_package libhdf5-dev)
endif()
pkg_check_modules(hdf5 IMPORTED_TARGET ${hdf5_flavour})
if(NOT hdf5_FOUND)
  pkg_check_modules(hdf5 IMPORTED_TARGET hdf5)  # other systems know only one name
endif()
if(NOT hdf5_FOUND)
  message(FATAL_ERROR "SENGEN_MPI=${SENGEN_MPI} needs the HDF5 library '${hdf5_flavour}', which "
    "pkg-config does not know. On Debian: apt-get install ${hdf5_package}")
endif()

set(SENGEN_HAVE "")  # what systems.def may ask for: TORCH, ...
set(openmp_link -fopenmp)
if(SENGEN_TORCH)
  find_package(LibTorch 2.7 REQUIRED)
  list(APPEND SENGEN_HAVE TORCH)
  if(LibTorch_GOMP MATCHES "libgomp-")
    # A wheel whose OpenMP runtime has a name of its own: link that file, or there would be two.
    set(openmp_link ${LibTorch_GOMP})
  endif()
endif()
target_link_libraries(sengen_flags INTERFACE ${openmp_link})

option(SENGEN_PAGMO "the optimisers of pagmo2, where libpagmo-dev is installed" ON)
if(SENGEN_PAGMO)
  find_package(Pagmo QUIET)
  if(NOT Pagmo_FOUND)
    set(SENGEN_PAGMO OFF)
  endif()
endif()
if(SENGEN_PAGMO)
  list(APPEND SENGEN_HAVE PAGMO)
endif()

# plotly.js is embedded in every report (.incbin).
file(GLOB plotly_js
  ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/plotly/package_data/plotly.min.js)
set(SENGEN_PLOTLY_JS "${plotly_js}" CACHE FILEPATH "plotly.min.js, as in the Python package plotly")
if(NOT EXISTS "${SENGEN_PLOTLY_JS}")
  message(FATAL_ERROR "No plotly.min.js at '${SENGEN_PLOTLY_JS}': ./bootstrap installs it, "
    "-DSENGEN_PLOTLY_JS=PATH names one that is there")
endif()
