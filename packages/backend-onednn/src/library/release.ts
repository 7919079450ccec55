/** The oneDNN that ssl3d fetches: a Python wheel (a zip file) of which only the library and its licences are taken. */
export const RELEASE = {
  /** Name of the wheel's project. */
  project: "onednn-cpu-gomp",
  version: "2023.2.0",
  /** Version of the oneDNN in it. */
  onednn: "3.2.0",
  file: "onednn_cpu_gomp-2023.2.0-py2.py3-none-manylinux1_x86_64.whl",
  sha256: "2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb",
  licence: "Apache-2.0",
  /** Paths in the wheel of what is taken, by the name under which it is kept. */
  members: {
    "libdnnl.so.3": "onednn_cpu_gomp-2023.2.0.data/data/lib/libdnnl.so.3",
    LICENSE: "onednn_cpu_gomp-2023.2.0.data/data/share/doc/onednn/LICENSE",
    "THIRD-PARTY-PROGRAMS": "onednn_cpu_gomp-2023.2.0.data/data/share/doc/onednn/THIRD-PARTY-PROGRAMS",
  },
} as const;

/** Name of the library's file in the platform package and in the cache. */
export const LIBRARY_FILE = "libdnnl.so.3" satisfies keyof typeof RELEASE.members;
