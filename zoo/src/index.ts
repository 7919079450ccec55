export { convertKeras, type Converted, type ConvertedFiles } from "./convert-keras.js";
export type { ConversionReport } from "./conversion-report.js";
export type { TensorMove } from "./assign-weights.js";
export { readKerasCheckpoint, type KerasCheckpoint, type KerasGroup, type KerasTensor } from "./hdf5/read-keras-checkpoint.js";
export { recognise } from "./keras/recognise.js";
export type { ConvertOptions, Recognised, RecognisedPart } from "./keras/recognised.js";
