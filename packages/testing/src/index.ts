export type { Check } from "./check.js";
export { computeOn, computeOnReference, ensureSameResults, runKernel, variedValues, type ArrayValues, type Computation } from "./engine/compute.js";
export type { LearningSettings } from "./learning.js";
export { createPhantom, type PhantomOptions } from "./phantom.js";
export { testBackend, type BackendTestSettings } from "./test-backend.js";
export { testDataset, type DatasetTestSettings } from "./test-dataset.js";
export { testEncoder, type EncoderTestSettings } from "./test-encoder.js";
export { testHead, type HeadTestSettings } from "./test-head.js";
export { testTask, type TaskTestSettings } from "./test-task.js";
