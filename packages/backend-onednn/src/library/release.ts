/** A released library in a Python wheel, which is a zip file. */
export interface Release {
  /** Name of the wheel's project in the index of Python packages. */
  readonly project: string;
  readonly version: string;
  /** Version of the oneDNN in it. */
  readonly onednn: string;
  /** The wheel. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** SHA-256 of the library in it. */
  readonly librarySha256: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Paths in the wheel of what is taken, by the name under which it is kept. */
  readonly members: Readonly<Record<string, string>>;
}

/** Name of the library's file in the platform package and in the cache. */
export const LIBRARY_FILE = "libdnnl.so.3";

/** The oneDNN that ssl3d fetches, for Linux with glibc on x86-64. Of the wheel only the library and its licences are taken. */
export const RELEASE: Release = {
  project: "onednn-cpu-gomp",
  version: "2023.2.0",
  onednn: "3.2.0",
  file: "onednn_cpu_gomp-2023.2.0-py2.py3-none-manylinux1_x86_64.whl",
  sha256: "2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb",
  bytes: 38_888_991,
  librarySha256: "e6376208cf6bacb041c346b504207e3aa1189a13f941c92a4383a55ac27058ae",
  licence: "Apache-2.0",
  members: {
    [LIBRARY_FILE]: "onednn_cpu_gomp-2023.2.0.data/data/lib/libdnnl.so.3",
    LICENSE: "onednn_cpu_gomp-2023.2.0.data/data/share/doc/onednn/LICENSE",
    "THIRD-PARTY-PROGRAMS": "onednn_cpu_gomp-2023.2.0.data/data/share/doc/onednn/THIRD-PARTY-PROGRAMS",
  },
};
