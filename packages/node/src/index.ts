export * from "./files/atomic.js";
export * from "./files/folder-files.js";
export * from "./files/lock.js";
export * from "./plugins/discover.js";
export * from "./plugins/load.js";
export * from "./engine/cpu.js";
export * from "./engine/engines.js";
