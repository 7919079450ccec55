export { onednn } from "./plugin.js";
export type { OnednnOptions } from "./options.js";
export { locateLibraries, type LibraryLocation } from "./library/locate.js";
export { fetchLibrary, type FetchedLibrary, type FetchOptions } from "./library/fetch-library.js";
export { LIBRARY_FILE, RELEASE, type Release } from "./library/release.js";
