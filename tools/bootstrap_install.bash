# SPDX-License-Identifier: Apache-2.0
# What ./bootstrap installs: Debian packages, and the wheels of torch and plotly in .venv.
# Reads the variables install and torch of bootstrap.

packages_program=(g++ cmake ninja-build ccache mold git ca-certificates pkg-config python3
  python3-venv libopenmpi-dev openmpi-bin libhdf5-openmpi-dev libpng-dev zlib1g-dev
  libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libfmt-dev libxxhash-dev libhwy-dev
  libeigen3-dev)
# libhdf5-dev: the build without MPI; hdf5-tools: h5diff; numpy and h5py: independent
# implementations to compare with.
packages_tests=(libgtest-dev libgmock-dev librapidcheck-dev libhdf5-dev hdf5-tools python3-numpy
  python3-h5py python3-protobuf chromium fonts-dejavu-core)
packages_bench=(libbenchmark-dev)
packages_lint=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev libomp-19-dev)

torch_version=2.13.0
plotly_version=7.1.0

# install_for GROUP...: everything these groups need, unless --no-install.
install_for() {
  [ "$install" = yes ] || return 0
  local group wanted=()
  for group in "$@"; do
    local -n packages=packages_$group
    wanted+=("${packages[@]}")
  done
  install_packages "${wanted[@]}"
  install_wheels
  case " $* " in *" tests "* | *" bench "*) install_python_of_torch ;; esac
}

install_packages() {
  command -v dpkg-query >/dev/null || { say "not a Debian: packages are yours to install"; return; }
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) <(dpkg-query -W \
    -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
  [ -n "$missing" ] || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    # Without a terminal nobody can type a password.
    if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
    if ! command -v sudo >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
      echo "Debian packages are missing. As root:"
      echo "apt-get update && apt-get install -y --no-install-recommends" $missing
      exit 1
    fi
  fi
  say "install" $missing
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  local log=build/apt.log
  # Lists are often empty or old; an update costs seconds, so it comes only after a failure.
  if ! "${apt[@]}" install -y --no-install-recommends $missing >"$log" 2>&1 </dev/null; then
    "${apt[@]}" update >"$log" 2>&1 </dev/null || true
    "${apt[@]}" install -y --no-install-recommends $missing >>"$log" 2>&1 </dev/null ||
      { tail -n 20 "$log"; exit 1; }
  fi
}

# One path, or nothing.
find_in_venv() { compgen -G ".venv/lib/python3*/site-packages/$1" | head -n 1 || true; }

install_wheels() {
  local have_torch
  have_torch=$(find_in_venv torch/lib/libtorch_cpu.so)
  case $torch in
    auto) [ -z "${LIBTORCH_DIR:-}" ] || have_torch=$LIBTORCH_DIR ;;
    cpu) [ -z "$(find_in_venv torch/lib/libtorch_cuda.so)" ] || have_torch= ;;
    cuda) [ -n "$(find_in_venv torch/lib/libtorch_cuda.so)" ] || have_torch= ;;
    *) have_torch=$torch ;;
  esac
  [ -n "$have_torch" ] && [ -n "$(find_in_venv plotly/package_data/plotly.min.js)" ] && return
  if [ ! -x .venv/bin/python3 ]; then
    # The system's Python: wheels exist for its version, others in PATH may be too new.
    local python=/usr/bin/python3
    [ -x $python ] || python=python3
    $python -m venv .venv
  fi
  local pip=(.venv/bin/python3 -m pip --disable-pip-version-check)
  # The C++ libraries need none of the Python packages that these wheels ask for.
  say "install plotly $plotly_version in .venv (plotly.js)"
  "${pip[@]}" install -q --no-deps "plotly==$plotly_version" </dev/null
  [ -n "$have_torch" ] || install_torch
}

# build/python: a Python that imports the torch of .venv, for what is compared with PyTorch and for
# traced models. Users need none of it, and without it the rest is tested and measured.
install_python_of_torch() {
  local folder=build/python wheels wanted
  wheels=$(find_in_venv torch)
  wanted=$(cat tools/python_of_torch.txt 2>/dev/null)
  [ -n "$wheels" ] && [ "$wanted" != "$(cat $folder/installed.txt 2>/dev/null)" ] || return 0
  say "install what Python's torch imports in $folder"
  if .venv/bin/python3 -m venv $folder &&
    $folder/bin/python3 -m pip --disable-pip-version-check install -q \
      -r tools/python_of_torch.txt </dev/null; then
    realpath "$(dirname "$wheels")" >"$(compgen -G "$folder/lib/python3*/site-packages")/torch.pth"
    echo "$wanted" >$folder/installed.txt
  else
    say "it could not be installed: nothing will be compared with PyTorch"
  fi
}

# pip knows the CPU build by the local version "+cpu" where its index has one. PyPI's own wheel is a
# CUDA build on some machines, which needs gigabytes of nvidia packages.
install_torch() {
  local pip=(.venv/bin/python3 -m pip --disable-pip-version-check)
  if [ "$torch" != cuda ] &&
    "${pip[@]}" install -q --no-deps --dry-run "torch==$torch_version+cpu" >/dev/null 2>&1; then
    say "install LibTorch $torch_version (CPU) in .venv, about 200 MB to load"
    "${pip[@]}" install -q --no-deps --force-reinstall "torch==$torch_version+cpu" </dev/null
    return
  fi
  # '===': exactly this version, not its CPU build.
  local wanted="torch===$torch_version"
  local report=build/torch.json
  "${pip[@]}" install -q --dry-run --ignore-installed --report "$report" "$wanted" </dev/null
  local cuda
  cuda=$(grep -c '"name": "nvidia-' "$report" || true)
  if [ "$cuda" = 0 ]; then
    say "install LibTorch $torch_version (CPU) in .venv"
    "${pip[@]}" install -q --no-deps --force-reinstall "$wanted" </dev/null
    return
  fi
  say "LibTorch $torch_version with CUDA: $(.venv/bin/python3 tools/download_size "$report")"
  if [ "$torch" = cpu ]; then
    echo "pip's index offers no CPU build of torch $torch_version. Either name an index that has"
    echo "one (PIP_EXTRA_INDEX_URL, see PyTorch's installation page), or use --torch cuda|PATH."
    exit 1
  fi
  "${pip[@]}" install -q --force-reinstall "$wanted" </dev/null
}
