// SPDX-License-Identifier: Apache-2.0
// The file driver through which Hdf5File writes; private to this room. The HDF5 library (1.10) does
// not survive a write that fails: a dataset's buffer is lost without a word, and a file that could
// not be closed crashes the library's own end inside MPI_Finalize. So it is told that every write
// went well; the first failure is kept here, later writes are dropped, and Hdf5File asks after
// every call.
#pragma once

#include <hdf5.h>

namespace sengen::io {

// Why the disk did not take a file.
struct DiskFailure {
  int reason = 0;  // errno of the first call that failed; 0: none did

  // Keeps the reason of the call that has just failed, unless one did before.
  void note() noexcept;
};

// A list of properties for H5Fcreate; failure must outlive the file. Negative when the library
// cannot make it. The caller closes it.
hid_t output_properties(DiskFailure* failure);

}  // namespace sengen::io
