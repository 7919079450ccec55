export type { KerasCheckpoint, KerasGroup, KerasTensor } from "./hdf5/read-keras-checkpoint.js";
